/** What is seen on the device to be wrong with a chosen file, in the words of the server, which looks again at what is in it. */

import type { FileKind } from '../api/upload'
import type { Text } from '../api/problem'

const MB = 1024 * 1024
export const MOST_BYTES: Record<FileKind, number> = { picture: 10 * MB, document: 10 * MB, voice: 2 * MB, sheet: 10 * MB }
export const TOO_LARGE: Record<FileKind, Text> = {
  picture: { zh: '图片超过 10 MB，请换一张小一些的。', en: 'This picture is over 10 MB. Please choose a smaller one.' },
  document: { zh: 'PDF 超过 10 MB，请拆分或压缩后再发。', en: 'This PDF is over 10 MB. Please split it or make it smaller.' },
  voice: { zh: '语音不能超过 60 秒，请分成几条发送。', en: 'A voice note may last 60 seconds at most. Please send several.' },
  sheet: { zh: '表格文件超过 10 MB，请删除无关内容或拆分后再上传。', en: 'This spreadsheet is over 10 MB. Please take out what does not belong, or split it.' },
}
const EMPTY: Text = { zh: '这个文件是空的，请重新选择。', en: 'This file is empty. Please choose another one.' }
const NO_PICTURE: Text = { zh: '这不是照片。请选择 JPG、PNG、WebP 或 HEIC 格式的照片。', en: 'This is not a photo. Please choose a JPEG, PNG, WebP or HEIC photo.' }
const NO_PDF: Text = { zh: '这里只能发送 PDF 文件；其他资料请拍成照片发送。', en: 'Only PDF files can be sent here. Please send anything else as photos.' }
const PICTURES = /^image\/(jpeg|png|webp|hei[cf])$/
const PICTURE_NAMES = /\.(jpe?g|png|webp|hei[cf])$/i

/** Some phones do not know what they hold: then the name decides whether it is worth sending. */
function isPicture(file: File): boolean {
  return file.type ? PICTURES.test(file.type) : PICTURE_NAMES.test(file.name)
}

export const kindOf = (file: File): 'picture' | 'document' => (file.type === 'application/pdf' || /\.pdf$/i.test(file.name) ? 'document' : 'picture')

export function faultOf(file: File, kind: 'picture' | 'document'): Text | null {
  if (kind === 'picture' && !isPicture(file)) return NO_PICTURE
  if (kind === 'document' && kindOf(file) !== 'document') return NO_PDF
  if (file.size === 0) return EMPTY
  return file.size > MOST_BYTES[kind] ? TOO_LARGE[kind] : null
}
