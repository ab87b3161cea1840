/**
 * Looks for a picture of a code through the tablet's camera. What it sees stays in this page's memory, a frame at a time,
 * and is drawn over by the next; nothing is recorded, and the camera is let go with the page.
 */
import decodeQR from 'qr/decode.js'

export type Facing = 'environment' | 'user'
/** `denied`: somebody or the operating system said no; `none`: there is no camera, or another app holds it. */
export type CameraTrouble = 'denied' | 'none'

/** px; a code that fills a fifth of the picture is still read, and a frame takes a slow tablet some tens of ms. */
const LONGEST_SIDE = 800
const EVERY_MS = 120

/** Resolves with how to let go of the camera once the picture moves. Throws a CameraTrouble. */
export async function watchCamera(
  video: HTMLVideoElement,
  facing: Facing,
  onText: (text: string) => void,
): Promise<() => void> {
  const stream = await navigator.mediaDevices
    .getUserMedia({ video: { facingMode: facing, width: { ideal: 1280 } }, audio: false })
    .catch((error: unknown) => {
      throw error instanceof DOMException && error.name === 'NotAllowedError' ? 'denied' : 'none'
    })
  let timer: ReturnType<typeof setTimeout> | undefined
  const canvas = document.createElement('canvas')
  const stop = () => {
    clearTimeout(timer)
    for (const track of stream.getTracks()) track.stop()
    video.srcObject = null
    canvas.width = 0
  }
  const look = () => {
    const text = readFrame(video, canvas)
    if (text !== undefined) onText(text)
    timer = setTimeout(look, EVERY_MS)
  }
  video.srcObject = stream
  try {
    await video.play()
  } catch {
    stop()
    throw 'none' satisfies CameraTrouble
  }
  timer = setTimeout(look, EVERY_MS)
  return stop
}

function readFrame(video: HTMLVideoElement, canvas: HTMLCanvasElement): string | undefined {
  const { videoWidth, videoHeight } = video
  if (videoWidth === 0 || videoHeight === 0) return undefined
  const scale = Math.min(1, LONGEST_SIDE / Math.max(videoWidth, videoHeight))
  canvas.width = Math.round(videoWidth * scale)
  canvas.height = Math.round(videoHeight * scale)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) return undefined
  context.drawImage(video, 0, 0, canvas.width, canvas.height)
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
  try {
    return decodeQR({ width: canvas.width, height: canvas.height, data }, { effort: 2 })
  } catch {
    // No picture of a code in this frame.
    return undefined
  }
}
