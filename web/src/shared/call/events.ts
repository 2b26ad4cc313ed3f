/** The page that hears one of these reads the call again: each says that something of a call has changed, and none says what. */
export const CALL_EVENTS = [
  'CallRung',
  'CallAnswered',
  'CallEnded',
  'CallChannelChanged',
  'CallConsentChanged',
  'CallRecordingChanged',
  'CallInvited',
  'CallInvitationAnswered',
  'CallPeopleChanged',
  'CallCutShort',
  'RecordingLost',
] as const
