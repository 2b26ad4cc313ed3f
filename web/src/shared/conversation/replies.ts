/** What an assistant writes stands on the doctor's side, and is no reply of the doctor: whose turn it is does not change. */
export function isAssistants(message: { sender: string; body: Record<string, unknown> }): boolean {
  const by = message.body['by']
  return message.sender === 'doctor' && typeof by === 'object' && by !== null && 'assistant' in by
}
