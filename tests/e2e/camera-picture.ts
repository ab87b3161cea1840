/**
 * What a tablet's camera sees: a QR code as staff show it, held a little askew before a grey wall, as the raw film that
 * Chromium's fake camera plays over and over. It is opened anew each time the camera is.
 */
import { writeFileSync } from 'node:fs'
import { encode } from 'uqr'

const WIDTH = 640
const HEIGHT = 480
const WALL = 120
const PAPER = 235
const INK = 20
/** Radians. */
const ASKEW = 0.13
/** px of one module. */
const MODULE = 7

/** Writes the film to `path`; null: nobody holds anything. */
export function writeCameraPicture(path: string, text: string | null): void {
  const { data, size } = encode(text ?? '', { ecc: 'M', border: 4 })
  const luma = Buffer.alloc(WIDTH * HEIGHT, WALL)
  const [cos, sin] = [Math.cos(ASKEW), Math.sin(ASKEW)]
  if (text !== null)
    for (let y = 0; y < HEIGHT; y += 1)
      for (let x = 0; x < WIDTH; x += 1) {
        const [dx, dy] = [x - WIDTH / 2, y - HEIGHT / 2]
        const column = Math.floor((cos * dx + sin * dy) / MODULE + size / 2)
        const row = Math.floor((cos * dy - sin * dx) / MODULE + size / 2)
        const module = data[row]?.[column]
        if (module !== undefined) luma[y * WIDTH + x] = module ? INK : PAPER
      }
  const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128)
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, chroma])
  writeFileSync(
    path,
    Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F15:1 Ip A1:1 C420mpeg2\n`), frame, frame]),
  )
}
