/** How many times may be named in one request. */
export const MAX_WINDOWS = 5
