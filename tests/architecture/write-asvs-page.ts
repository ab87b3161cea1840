/** `npm run asvs`: writes docs/security/asvs.md anew. */
import { writeFileSync } from 'node:fs'
import { asvsPage, PAGE, readCitations } from './asvs.ts'

writeFileSync(PAGE, asvsPage(readCitations()))
