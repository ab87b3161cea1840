/** What a device signs to be let in at a socket's handshake. Both sides know every word of it: only the signature travels. */
export interface SocketProof {
  /** Host and port that the device believes to talk to. */
  readonly host: string
  /** The connection's random name, given by the server a moment ago: no signature is good for another connection. */
  readonly challenge: string
  readonly ticket: string
}

export const socketProofText = ({ host, challenge, ticket }: SocketProof): string =>
  ['portal-socket-1', host.toLowerCase(), challenge, ticket].join('\n')
