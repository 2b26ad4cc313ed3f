/** One picture of what a stream shows. */

const WITHIN_MS = 4_000
const QUALITY = 0.92

async function shown(video: HTMLVideoElement): Promise<void> {
  if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0) return
  await new Promise<void>((done, failed) => {
    const timer = setTimeout(() => failed(new Error('no picture came')), WITHIN_MS)
    const look = (): void => {
      if (video.videoWidth === 0) return
      clearTimeout(timer)
      done()
    }
    video.onloadeddata = video.onresize = video.ontimeupdate = look
  })
}

/** Raises: Error when there is no picture. */
export async function pictureOf(stream: MediaStream): Promise<Blob> {
  const track = stream.getVideoTracks().find((each) => each.readyState === 'live')
  if (!track) throw new Error('nothing is shown')
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  video.srcObject = new MediaStream([track])
  try {
    await Promise.all([video.play(), shown(video)])
    const canvas = document.createElement('canvas')
    canvas.width = video.videoWidth
    canvas.height = video.videoHeight
    canvas.getContext('2d')?.drawImage(video, 0, 0)
    return await new Promise<Blob>((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error('no picture was made'))), 'image/jpeg', QUALITY))
  } finally {
    video.srcObject = null
  }
}
