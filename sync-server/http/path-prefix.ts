/**
 * A balancer that many services share tells them apart by how a path begins, and passes it on whole. Browsers never see
 * the prefix: they have an address of the portal's own (docs/decisions/0040-an-address-of-its-own.md). It goes before
 * anybody else looks at a request, so that routes, proofs of possession and sockets know one path alone.
 */
import type { IncomingMessage } from 'node:http'

export const createPrefixRemover =
  (prefix: string) =>
  (request: IncomingMessage): void => {
    const { url = '' } = request
    if (url.startsWith(`${prefix}/`)) request.url = url.slice(prefix.length)
  }
