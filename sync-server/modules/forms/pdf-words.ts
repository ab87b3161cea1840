/** What a submission on paper says beside its form, in the languages of the portal. */
export type PdfLanguage = 'en' | 'es'

export const PDF_WORDS = {
  en: {
    client: 'Client',
    submitted: 'Submitted',
    received: 'Received by the clinic',
    reference: 'Reference',
    signed: 'Signed',
    yes: 'Yes',
    no: 'No',
    none: 'Not answered',
    drawn: 'Signed by hand',
  },
  es: {
    client: 'Cliente',
    submitted: 'Enviado',
    received: 'Recibido por la clínica',
    reference: 'Referencia',
    signed: 'Firmado',
    yes: 'Sí',
    no: 'No',
    none: 'Sin respuesta',
    drawn: 'Firmado a mano',
  },
} as const satisfies Record<PdfLanguage, Record<string, string>>
