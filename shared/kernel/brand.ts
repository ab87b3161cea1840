/**
 * Branded primitives: a client id can never be passed where a document id is meant.
 * A brand exists only for the compiler; at run time these are plain strings and numbers.
 */
declare const brand: unique symbol
export type Brand<T, B extends string> = T & { readonly [brand]: B }

/** The person whose record it is (not the account that reads it). UUID. */
export type ClientId = Brand<string, 'ClientId'>
/** A login: a client, a proxy, or staff. UUID. */
export type AccountId = Brand<string, 'AccountId'>
/** One installation of the app for one account. UUID made on the device. */
export type DeviceId = Brand<string, 'DeviceId'>
