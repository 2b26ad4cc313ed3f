/** How the query cache behaves for all of us. */

import { QueryClient, type VueQueryPluginOptions } from '@tanstack/vue-query'

import { asProblem } from './problem'

export function makeQueries(): { client: QueryClient; options: VueQueryPluginOptions } {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // What was read stays readable while the line is away, and for that it must still be here.
        gcTime: 12 * 3_600_000,
        // A refusal stays a refusal; only a line that was down is worth another try.
        retry: (count, error) => asProblem(error).status === 0 && count < 2,
        refetchOnWindowFocus: true,
      },
    },
  })
  return { client, options: { queryClient: client } }
}
