/** QR codes, drawn in place. */
import { generate } from 'lean-qr'

/** The dark modules of a QR code as one SVG path in a square of `size`, quiet zone included. */
export function qrPath(text: string): { path: string; size: number } {
  const quiet = 4
  const code = generate(text)
  const squares: string[] = []
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) squares.push(`M${x + quiet} ${y + quiet}h1v1h-1z`)
  }
  return { path: squares.join(''), size: code.size + 2 * quiet }
}
