/** Time comes in from outside, so that tests and the simulator decide it. Milliseconds since 1970, UTC. */
export interface Clock {
  now(): number
}
