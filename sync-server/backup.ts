/** For operators: `npm run backup -- --to FOLDER`. What it holds and what not: docs/operations.md, "Backups". */
import { readConfig } from './config.ts'
import { StartError } from './platform/start-error.ts'
import { takeBackup } from './take-backup.ts'

try {
  const [flag, folder, ...more] = process.argv.slice(2)
  if (flag !== '--to' || folder === undefined || more.length > 0)
    throw new StartError('Say where to: npm run backup -- --to FOLDER')
  const { files } = await takeBackup(readConfig(), folder, Date.now())
  const where =
    files === 'bucket' ? 'the files of clients stay in their bucket' : `${files} file(s) of clients`
  console.log(`Backup in ${folder}: the database, ${where}. The secrets of the server are not in it.`)
} catch (error) {
  console.error(error instanceof StartError ? error.message : error)
  process.exitCode = 1
}
