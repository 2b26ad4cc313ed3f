/** What an RTCRtpSender is told, in a way that no browser chokes on. */

export async function put(sender: RTCRtpSender | undefined, track: MediaStreamTrack | null): Promise<void> {
  if (!sender || sender.track === track) return
  // A track that has just ended, or a connection that has just closed: the next change puts it right.
  await sender.replaceTrack(track).catch(() => undefined)
}

/** What the browser does not know it refuses as a whole: then the bitrate alone. */
export async function limit(sender: RTCRtpSender | undefined, limits: RTCRtpEncodingParameters, keeps?: RTCDegradationPreference): Promise<void> {
  if (!sender) return
  const set = async (wanted: RTCRtpEncodingParameters): Promise<void> => {
    const parameters = sender.getParameters()
    if (!Array.isArray(parameters.encodings) || parameters.encodings.length === 0) return
    parameters.encodings = parameters.encodings.map((encoding) => ({ ...encoding, ...wanted }))
    if (keeps) parameters.degradationPreference = keeps
    await sender.setParameters(parameters)
  }
  await set(limits).catch(() => set(limits.maxBitrate === undefined ? {} : { maxBitrate: limits.maxBitrate }).catch(() => undefined))
}
