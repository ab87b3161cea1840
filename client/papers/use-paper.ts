/** A paper of the practice's as a file of the reader's: fetched when it is asked for, which needs the network. */
import { useState } from 'react'
import { useSession } from '../replica/session-context.tsx'
import { saveFile } from '../ui/save-file.ts'

/** `path` answers with a PDF; `name`: of the file, without its ending. */
export function usePaper(path: string, name: string) {
  const session = useSession()
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle')
  const save = async () => {
    setState('busy')
    const { status, body } = await session.request({ method: 'GET', path, paper: true })
    const isPaper = status === 200 && body instanceof Uint8Array
    if (isPaper) saveFile(`${name}.pdf`, body as Uint8Array<ArrayBuffer>, 'application/pdf')
    setState(isPaper ? 'idle' : 'failed')
  }
  return { state, save }
}
