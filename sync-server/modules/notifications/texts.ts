/**
 * What a notification says: that there is something, never what. It is read on lock screens and by whoever shares the
 * inbox, so it names nobody, no practice, no time, no medication, no amount; a test holds every text against the
 * content of a record. `other`: it is about somebody whom the reader helps.
 */
import type { Language } from '../../../shared/domains/profile/preferences.ts'
import type { EventName } from './events.ts'

export interface NoticeText {
  readonly title: string
  readonly line: string
}
interface Texts {
  readonly events: Readonly<Record<EventName, (other: boolean) => NoticeText>>
  readonly open: string
  readonly changePassword: string
  readonly footer: string
  /** Whoever follows the link is asked once more: programs that look through mails follow links too. */
  readonly unsubscribe: string
  readonly stop: string
}

const signIn = 'Sign in to the portal to see it.'
const english: Texts = {
  events: {
    message_new: (other) => ({
      title: other ? 'Somebody you help has a new message' : 'You have a new message',
      line: 'Sign in to the portal to read it.',
    }),
    appointment_in_two_days: (other) => ({
      title: other
        ? 'Somebody you help has an appointment in two days'
        : 'You have an appointment in two days',
      line: 'Sign in to the portal to see when and where.',
    }),
    appointment_in_two_hours: (other) => ({
      title: other ? 'Somebody you help has an appointment soon' : 'You have an appointment soon',
      line: 'It begins in about two hours. Sign in to the portal to see when and where.',
    }),
    form_assigned: (other) => ({
      title: other ? 'Somebody you help has a new form to fill in' : 'You have a new form to fill in',
      line: 'Sign in to the portal to fill it in; it can be done with no network.',
    }),
    form_due: (other) => ({
      title: other ? 'A form of somebody you help is due tomorrow' : 'A form of yours is due tomorrow',
      line: 'Sign in to the portal to finish it.',
    }),
    refill_decided: (other) => ({
      title: other ? 'A request of somebody you help was answered' : 'A request of yours was answered',
      line: signIn,
    }),
    statement_ready: (other) => ({
      title: other ? 'Somebody you help has a new statement' : 'You have a new statement',
      line: signIn,
    }),
    payment_received: (other) => ({
      title: other ? 'A payment for somebody you help was received' : 'Your payment was received',
      line: 'The receipt is in the portal.',
    }),
    new_device: () => ({
      title: 'A new device signed in to your account',
      line: 'If that was you, you need not do anything. If it was not, choose a new password at once and call your practice.',
    }),
  },
  open: 'Open the portal',
  changePassword: 'Choose a new password',
  footer:
    'This message was sent by the client portal of your practice. Please do not answer it. What you are told of, and how, you choose in your profile.',
  unsubscribe: 'No more mails of this kind',
  stop: 'Reply STOP to end texts.',
}

const entrar = 'Inicie sesión en el portal para verlo.'
const spanish: Texts = {
  events: {
    message_new: (other) => ({
      title: other ? 'Una persona a la que usted ayuda tiene un mensaje nuevo' : 'Tiene un mensaje nuevo',
      line: 'Inicie sesión en el portal para leerlo.',
    }),
    appointment_in_two_days: (other) => ({
      title: other
        ? 'Una persona a la que usted ayuda tiene una cita en dos días'
        : 'Tiene una cita en dos días',
      line: 'Inicie sesión en el portal para ver cuándo y dónde.',
    }),
    appointment_in_two_hours: (other) => ({
      title: other ? 'Una persona a la que usted ayuda tiene una cita pronto' : 'Tiene una cita pronto',
      line: 'Empieza en unas dos horas. Inicie sesión en el portal para ver cuándo y dónde.',
    }),
    form_assigned: (other) => ({
      title: other
        ? 'Una persona a la que usted ayuda tiene un formulario nuevo'
        : 'Tiene un formulario nuevo para rellenar',
      line: 'Inicie sesión en el portal para rellenarlo; se puede hacer sin conexión.',
    }),
    form_due: (other) => ({
      title: other
        ? 'Un formulario de una persona a la que usted ayuda vence mañana'
        : 'Un formulario suyo vence mañana',
      line: 'Inicie sesión en el portal para terminarlo.',
    }),
    refill_decided: (other) => ({
      title: other
        ? 'Se respondió a una solicitud de una persona a la que usted ayuda'
        : 'Se respondió a una solicitud suya',
      line: entrar,
    }),
    statement_ready: (other) => ({
      title: other
        ? 'Una persona a la que usted ayuda tiene un estado de cuenta nuevo'
        : 'Tiene un estado de cuenta nuevo',
      line: entrar,
    }),
    payment_received: (other) => ({
      title: other ? 'Se recibió un pago de una persona a la que usted ayuda' : 'Se recibió su pago',
      line: 'El recibo está en el portal.',
    }),
    new_device: () => ({
      title: 'Un dispositivo nuevo inició sesión en su cuenta',
      line: 'Si fue usted, no tiene que hacer nada. Si no, elija enseguida una contraseña nueva y llame a su clínica.',
    }),
  },
  open: 'Abrir el portal',
  changePassword: 'Elegir una contraseña nueva',
  footer:
    'Este mensaje fue enviado por el portal de clientes de su clínica. Por favor, no lo responda. En su perfil elige de qué se le avisa y cómo.',
  unsubscribe: 'No más correos de este tipo',
  stop: 'Responda STOP para no recibir más.',
}

const TEXTS: Readonly<Record<Language, Texts>> = { en: english, es: spanish }
export const textsOf = (language: Language | undefined): Texts => TEXTS[language ?? 'en']
