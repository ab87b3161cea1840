export function findChromium(): string | undefined
export function findFirefox(): string | undefined
export function findPostgres(): string | undefined
export function ensureChromium(): string
export function ensureFirefox(): string
export function ensurePostgres(): string
export function ensureRedis(): string
export function ensureNginx(): string
