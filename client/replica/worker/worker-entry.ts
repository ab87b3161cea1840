/** The dedicated worker's door: hands the browser's own facilities to the replica worker. */
export {}
