/** The ways to look at appointments; which one is part of the address. */
export const VIEWS = ['list', 'agenda', 'week', 'month'] as const
export type View = (typeof VIEWS)[number]

export const viewOf = (value: unknown): View => VIEWS.find((view) => view === value) ?? 'list'
