/** What the workbench must know of calls without loading them. */
import { ref } from 'vue'

/** A patient calls. */
export const isRung = ref(false)
/** Rises when somebody wants back to the call beside its conversation. */
export const chatAsked = ref(0)
