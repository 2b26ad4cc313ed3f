/** How many pieces of recordings this browser has still to send, of this account. */
import { ref } from 'vue'

export const left = ref(0)
