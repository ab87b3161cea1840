/** A reason not to start that the operator can mend. Its message is one plain line; it is printed without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
