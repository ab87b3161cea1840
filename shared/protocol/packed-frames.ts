/**
 * How socket.io's packets look on the line. A packet of the portal that carries packed bytes is one binary frame: a byte
 * for kind and event, the number of the ack where there is one, and the bytes. Everything else, the whole of protocol 1
 * included, is socket.io's own text. Given to socket.io as its parser on both sides.
 */
import { type Packet, PacketType, Decoder as TextDecoder, Encoder as TextEncoder } from 'socket.io-parser'

/** Their places are their numbers on the wire: only ever add at the end. */
const EVENTS = ['hello', 'push', 'pull', 'wiped', 'changes', 'revoke', 'wipe'] as const
const KIND = { event: 0, asking: 1, ack: 2 } as const
const NAMESPACE = '/'

class FrameEncoder extends TextEncoder {
  override encode(packet: Packet): unknown[] {
    return frameOf(packet) ?? super.encode(packet)
  }
}

function frameOf({ type, nsp, data, id }: Packet): Uint8Array[] | undefined {
  if (nsp !== NAMESPACE || !Array.isArray(data)) return undefined
  const bytes: unknown = data.at(-1)
  if (!(bytes instanceof Uint8Array)) return undefined
  if (type === PacketType.ACK && data.length === 1 && id !== undefined) return [frame(KIND.ack, 0, id, bytes)]
  const event = EVENTS.indexOf(data[0])
  if (type !== PacketType.EVENT || data.length !== 2 || event < 0) return undefined
  return [frame(id === undefined ? KIND.event : KIND.asking, event, id, bytes)]
}

function frame(kind: number, event: number, id: number | undefined, bytes: Uint8Array): Uint8Array {
  const head = [kind + 4 * event]
  for (let rest = id; rest !== undefined; rest = rest < 0x80 ? undefined : rest >>> 7)
    head.push(rest < 0x80 ? rest : (rest & 0x7f) + 0x80)
  const whole = new Uint8Array(head.length + bytes.length)
  whole.set(head)
  whole.set(bytes, head.length)
  return whole
}

const BINARY_PACKETS = new RegExp(`^[${PacketType.BINARY_EVENT}${PacketType.BINARY_ACK}]`)

class FrameDecoder extends TextDecoder {
  override add(given: unknown): void {
    const bytes = given instanceof ArrayBuffer ? new Uint8Array(given) : given
    if (bytes instanceof Uint8Array) return void this.emitReserved('decoded', packetOf(bytes))
    // No protocol sends bytes in socket.io's own way, in frames that follow a text: those would be taken for ours.
    if (typeof given === 'string' && BINARY_PACKETS.test(given)) throw new Error('no frame')
    super.add(given)
  }
}

/** Throws on what is no frame; socket.io then closes the connection. */
function packetOf(bytes: Uint8Array): Packet {
  const [first = 0xff] = bytes
  const kind = first % 4
  const event = EVENTS[first >> 2]
  let at = 1
  let id: number | undefined
  if (kind === KIND.asking || kind === KIND.ack) {
    id = 0
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = bytes[at]
      if (byte === undefined || shift > 21) throw new Error('no frame')
      id += (byte & 0x7f) << shift
      more = byte >= 0x80
      at += 1
    }
  }
  const rest = bytes.subarray(at)
  if (kind === KIND.ack && id !== undefined) return { type: PacketType.ACK, nsp: NAMESPACE, id, data: [rest] }
  if (kind > KIND.asking || event === undefined) throw new Error('no frame')
  return {
    type: PacketType.EVENT,
    nsp: NAMESPACE,
    data: [event, rest],
    ...(id === undefined ? {} : { id }),
  }
}

export const packedFrames = { Encoder: FrameEncoder, Decoder: FrameDecoder }
