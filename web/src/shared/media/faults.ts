/** Why a camera or a microphone gives nothing. */

/** `refused`: by the person or the browser. `busy`: another app has it. `unable`: this browser, or a page without https. */
export type DeviceFault = 'refused' | 'none' | 'busy' | 'unable'

const FAULTS: Record<string, DeviceFault> = {
  NotAllowedError: 'refused',
  SecurityError: 'refused',
  NotFoundError: 'none',
  OverconstrainedError: 'none',
  NotReadableError: 'busy',
  AbortError: 'busy',
}

export const faultFrom = (error: unknown): DeviceFault => (error instanceof Error ? (FAULTS[error.name] ?? 'unable') : 'unable')
