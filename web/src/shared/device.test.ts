import { expect, it } from 'vitest'

import { deviceName } from './device'

const ANDROID = 'Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36'
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1'
const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0'

it.each([
  [ANDROID, 'Android · Chrome'],
  [IPHONE, 'iPhone · Safari'],
  [WINDOWS, 'Windows · Edge'],
  ['curl', ''],
])('%s has a name', (agent, name) => expect(deviceName(agent)).toBe(name))
