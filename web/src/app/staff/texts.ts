/** All texts of the staff's app, by feature. */

import boardEn from '@/features/board/texts/en.json'
import boardZh from '@/features/board/texts/zh.json'
import recordEn from '@/features/record/texts/en.json'
import recordZh from '@/features/record/texts/zh.json'
import redflagsEn from '@/features/redflags/texts/en.json'
import redflagsZh from '@/features/redflags/texts/zh.json'
import staffdoorEn from '@/features/staffdoor/texts/en.json'
import staffdoorZh from '@/features/staffdoor/texts/zh.json'
import workbenchEn from '@/features/workbench/texts/en.json'
import workbenchZh from '@/features/workbench/texts/zh.json'

import staffEn from './texts/en.json'
import staffZh from './texts/zh.json'

export const texts = {
  zh: { staff: staffZh, staffdoor: staffdoorZh, workbench: workbenchZh, record: recordZh, board: boardZh, redflags: redflagsZh },
  en: { staff: staffEn, staffdoor: staffdoorEn, workbench: workbenchEn, record: recordEn, board: boardEn, redflags: redflagsEn },
}
