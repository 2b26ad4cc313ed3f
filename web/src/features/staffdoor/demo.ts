/** Whether this hospital is a demonstration, so that the door can point to the people in it. */
import { http } from '@/shared/api/http'

export async function hasDemo(): Promise<boolean> {
  try {
    await http.get('/demo/people')
    return true
  } catch {
    return false
  }
}
