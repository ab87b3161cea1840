import { type Bytes, utf8 } from './bytes.ts'

/** What a passkey's PRF extension is evaluated at, at registration and at every use. SPEC: shared/crypto/SPEC.md, E14. */
export const PRF_INPUT: Bytes = utf8('mentalspace.device-key.v1')
