/** All texts of a site's pages, by feature; what the patient's screen needs comes with it. */

import outageEn from '@/features/outage/texts/en.json'
import outageZh from '@/features/outage/texts/zh.json'
import siteEn from '@/features/site/texts/en.json'
import siteZh from '@/features/site/texts/zh.json'

import stationEn from './texts/en.json'
import stationZh from './texts/zh.json'

export const texts = {
  zh: { station: stationZh, site: siteZh, outage: outageZh },
  en: { station: stationEn, site: siteEn, outage: outageEn },
}
