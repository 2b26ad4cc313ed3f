/** The three parts of the workbench, one at a time on a phone. */
export const PANES = ['queue', 'chat', 'record'] as const
export type Pane = (typeof PANES)[number]
