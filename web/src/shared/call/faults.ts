/** Why a device gives nothing. */

import type { DeviceFault } from './types'

const FAULTS: Record<string, DeviceFault> = {
  NotAllowedError: 'refused',
  SecurityError: 'refused',
  NotFoundError: 'none',
  OverconstrainedError: 'none',
  NotReadableError: 'busy',
  AbortError: 'busy',
}

export const faultFrom = (error: unknown): DeviceFault => (error instanceof Error ? (FAULTS[error.name] ?? 'unable') : 'unable')
