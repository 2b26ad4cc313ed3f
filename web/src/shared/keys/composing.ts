/**
 * Whether a key still belongs to the Chinese word that is being written.
 *
 * Safari ends the word before it tells of the Enter that chose it, and says so only by the code 229
 * (https://bugs.webkit.org/show_bug.cgi?id=165004).
 */
export const isComposing = (event: { readonly isComposing: boolean; readonly keyCode: number }): boolean => event.isComposing || event.keyCode === 229
