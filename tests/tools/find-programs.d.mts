export function findChromium(): string | undefined
export function findChromiumShell(): string | undefined
export function findFirefox(): string | undefined
export function findWebKit(): { readonly driver: string; readonly screen: string } | undefined
export function findPostgres(): string | undefined
export function ensureChromium(): string
export function ensureChromiumShell(): string | undefined
export function ensureFirefox(): string
export function ensureWebKit(): ReturnType<typeof findWebKit>
export function ensurePostgres(): string
export function ensureRedis(): string
export function ensureNginx(): string
