/**
 * A browser may fill an empty field from what it knows. Once there is a value, the field must be `off`: browsers write
 * the values of all other fields to their session files, on the disk and in the clear, to restore them after a crash.
 * A sign-in's user name stays marked, because password managers look for it when the form is sent.
 */
export const sealedAutoComplete = (token: string, value: string): string => {
  if (isShared) return 'off'
  return value === '' || token === 'username' ? token : 'off'
}

let isShared = false
/** On a device that goes from hand to hand the browser offers nothing that somebody else typed or owns. */
export const fillInNothing = (): void => {
  isShared = true
}
