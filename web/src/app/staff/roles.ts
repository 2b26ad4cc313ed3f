/** The roles whose names the bar on top can say; a permission, not a role, opens a page. */
export const STAFF_ROLES: ReadonlySet<string> = new Set(['administrator', 'assistant', 'auditor', 'doctor', 'operator', 'pharmacist', 'pharmacy_head', 'quality', 'site_assistant'])
