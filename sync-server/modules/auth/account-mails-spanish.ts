/** What account-mails.ts says, in Spanish. */

import type { NamedFactor } from './account-mails.ts'
import type { MailTexts } from './account-mails-english.ts'
import { FEW_LEFT } from './factors/recovery-codes.ts'

const named = (what: NamedFactor): string =>
  what === 'app'
    ? 'una aplicación de autenticación'
    : what === 'codes'
      ? 'un nuevo juego de códigos de recuperación'
      : `la clave de acceso «${what.passkey}»`

export const spanish: MailTexts = {
  footer: 'Este mensaje lo envió el portal de clientes de su consulta. Por favor, no lo conteste.',
  registerCode: (code) => ({
    subject: 'Su código para configurar el portal',
    lines: [
      'Escriba este código en la página donde lo pidió. Vale durante 10 minutos.',
      'Si no lo pidió, no tiene que hacer nada. No dé nunca el código a nadie, tampoco por teléfono.',
    ],
    code,
  }),
  haveAccount: (origin) => ({
    subject: 'Ya tiene una cuenta del portal',
    lines: [
      'Alguien, probablemente usted, quiso crear una cuenta del portal. Ya tiene una: inicie sesión como siempre, o elija una contraseña nueva si la olvidó.',
      'Si no fue usted, no tiene que hacer nada.',
    ],
    link: { label: 'Elegir una contraseña nueva', href: `${origin}/forgot-password` },
  }),
  verifyEmail: (code) => ({
    subject: 'Su código para confirmar esta dirección',
    lines: [
      'Escriba este código en la página donde lo pidió, para iniciar sesión con esta dirección a partir de ahora. Vale durante 10 minutos.',
      'Si no lo pidió, puede que alguien se equivocara al escribir una dirección. No tiene que hacer nada.',
    ],
    code,
  }),
  invite: (link) => ({
    subject: 'Su invitación al portal',
    lines: [
      'Su consulta le invita a su portal de clientes. Se le preguntará su fecha de nacimiento. El enlace vale durante 7 días y una sola vez.',
      'Si no esperaba este mensaje, llame a su consulta.',
    ],
    link: { label: 'Configurar mi cuenta', href: link },
  }),
  accessInvite: (link) => ({
    subject: 'Le han pedido que ayude a alguien con su portal',
    lines: [
      'Alguien que usted conoce, o su consulta, quiere que usted vea su expediente en un portal de clientes y le ayude con él. Se le preguntará la fecha de nacimiento de esa persona. El enlace vale durante 7 días y una sola vez.',
      'Si no esperaba este mensaje, no tiene que hacer nada.',
    ],
    link: { label: 'Ver la invitación', href: link },
  }),
  accessChanged: (origin) => ({
    subject: 'Cambió quién puede ver su expediente',
    lines: [
      'Se dio a alguien acceso a su expediente en el portal, o a partir de ahora puede ver más o menos de él. Si fue usted, o lo acordó con su consulta, no tiene que hacer nada.',
      'Si no fue así, inicie sesión, mire en Personas con acceso, termine lo que no deba estar ahí y llame a su consulta.',
    ],
    link: { label: 'Ver quién tiene acceso', href: `${origin}/account/access` },
  }),
  resetPassword: (link) => ({
    subject: 'Elija una contraseña nueva',
    lines: [
      'Pidió una contraseña nueva. El enlace vale durante 30 minutos y una sola vez.',
      'Si no la pidió, no tiene que hacer nada: su contraseña sigue siendo la misma.',
    ],
    link: { label: 'Elegir una contraseña nueva', href: link },
  }),
  setPassword: (link) => ({
    subject: 'Su cuenta en el portal',
    lines: [
      'Se creó una cuenta para usted. Elija una contraseña para usarla. El enlace vale durante 3 días y una sola vez.',
      'Si no esperaba este mensaje, dígaselo a la consulta.',
    ],
    link: { label: 'Elegir una contraseña', href: link },
  }),
  passwordChanged: (origin) => ({
    subject: 'Su contraseña cambió',
    lines: [
      'La contraseña de su cuenta del portal cambió hace un momento. Si fue usted, no tiene que hacer nada.',
      'Si no fue usted, elija enseguida una contraseña nueva y llame a su consulta.',
    ],
    link: { label: 'Elegir una contraseña nueva', href: `${origin}/forgot-password` },
  }),
  confirmEmail: (link) => ({
    subject: 'Confirme su nueva dirección',
    lines: [
      'Confirme que quiere iniciar sesión con esta dirección a partir de ahora. El enlace vale durante una hora y una sola vez.',
      'Si no lo pidió, no tiene que hacer nada.',
    ],
    link: { label: 'Confirmar esta dirección', href: link },
  }),
  emailTaken: () => ({
    subject: 'Esta dirección ya se usa',
    lines: [
      'Alguien, probablemente usted, quiso iniciar sesión en el portal con esta dirección, pero ya hay una cuenta con ella. No se cambió nada.',
      'Si no fue usted, no tiene que hacer nada.',
    ],
  }),
  emailChanged: (link) => ({
    subject: 'Cambió su dirección para iniciar sesión',
    lines: [
      'Su cuenta del portal tiene otra dirección para iniciar sesión a partir de ahora. Si fue usted, no tiene que hacer nada.',
      'Si no fue usted, deshaga el cambio en un plazo de 7 días. Entonces se cierra la sesión en todos los dispositivos y usted elige una contraseña nueva.',
    ],
    link: { label: 'Deshacer el cambio', href: link },
  }),
  factorAdded: (what, origin) => ({
    subject: 'Cambió la verificación en dos pasos',
    lines: [
      `Se añadió a su cuenta del portal ${named(what)}. Si fue usted, no tiene que hacer nada.`,
      'Si no fue usted, elija enseguida una contraseña nueva y llame a su consulta.',
    ],
    link: { label: 'Elegir una contraseña nueva', href: `${origin}/forgot-password` },
  }),
  factorRemoved: (what, origin) => ({
    subject: 'Cambió la verificación en dos pasos',
    lines: [
      `Se quitó de su cuenta del portal ${named(what)}. Si fue usted, no tiene que hacer nada.`,
      'Si no fue usted, elija enseguida una contraseña nueva y llame a su consulta.',
    ],
    link: { label: 'Elegir una contraseña nueva', href: `${origin}/forgot-password` },
  }),
  recoveryCodeUsed: (left) => ({
    subject: 'Se usó un código de recuperación',
    lines: [
      'Alguien, probablemente usted, usó un código de recuperación de su cuenta del portal.',
      left > FEW_LEFT
        ? `Quedan ${left} códigos.`
        : `Solo ${left === 1 ? 'queda 1 código' : `quedan ${left} códigos`}. Cree otros: inicie sesión y abra Cuenta, Verificación en dos pasos.`,
      'Si no fue usted, llame enseguida a su consulta.',
    ],
  }),
  factorsReset: () => ({
    subject: 'Se restableció la verificación en dos pasos',
    lines: [
      'Su consulta quitó de su cuenta del portal la aplicación de autenticación, las claves de acceso y los códigos de recuperación. A partir de ahora inicia sesión con su contraseña, hasta que vuelva a configurar la verificación en dos pasos.',
      'Si no lo pidió, llame enseguida a su consulta.',
    ],
  }),
}
