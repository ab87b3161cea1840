/**
 * Objects as Stripe's API gives them, with every property that its published fixtures have (a test compares them): what
 * the SDK and our own code read is real, the rest is empty.
 */
import type { Intent, Session, State } from './state.ts'

const empty = (...names: string[]): Record<string, null> =>
  Object.fromEntries(names.map((name) => [name, null]))
const COMMON = { livemode: false }

export const customerShape = (id: string, { created, metadata }: State['customers'][string]) => ({
  id,
  object: 'customer',
  ...COMMON,
  ...empty('currency', 'default_source', 'description', 'discount', 'email', 'name', 'phone', 'test_clock'),
  address: null,
  shipping: null,
  balance: 0,
  created,
  delinquent: false,
  invoice_prefix: 'DEMO',
  invoice_settings: empty('custom_fields', 'default_payment_method', 'footer', 'rendering_options'),
  metadata,
  next_invoice_sequence: 1,
  preferred_locales: [],
  tax_exempt: 'none',
})

const billingDetails = () => ({
  address: empty('city', 'country', 'line1', 'line2', 'postal_code', 'state'),
  ...empty('email', 'name', 'phone', 'tax_id'),
})

export const methodShape = (id: string, { created, customer, card }: State['methods'][string]) => ({
  id,
  object: 'payment_method',
  ...COMMON,
  allow_redisplay: 'unspecified',
  billing_details: billingDetails(),
  card: {
    brand: card.brand,
    checks: { ...empty('address_line1_check', 'address_postal_code_check'), cvc_check: 'pass' },
    country: 'US',
    display_brand: card.brand,
    exp_month: card.month,
    exp_year: card.year,
    fingerprint: `demo${card.number.slice(-8)}`,
    funding: 'credit',
    generated_from: null,
    last4: card.last4,
    networks: { available: [card.brand], preferred: null },
    regulated_status: null,
    three_d_secure_usage: { supported: true },
    wallet: null,
  },
  created,
  customer,
  customer_account: null,
  metadata: {},
  type: 'card',
})

export const intentShape = (
  id: string,
  intent: Intent,
  { charge, bankUrl, method }: { charge: unknown; bankUrl: string; method: unknown },
) => ({
  id,
  object: 'payment_intent',
  ...COMMON,
  amount: intent.amount,
  amount_capturable: 0,
  amount_details: { tip: {} },
  amount_received: intent.status === 'succeeded' ? intent.amount : 0,
  ...empty(
    'application',
    'application_fee_amount',
    'customer_account',
    'description',
    'on_behalf_of',
    'processing',
  ),
  ...empty(
    'payment_method_configuration_details',
    'receipt_email',
    'review',
    'setup_future_usage',
    'shipping',
  ),
  ...empty(
    'source',
    'statement_descriptor',
    'statement_descriptor_suffix',
    'transfer_data',
    'transfer_group',
  ),
  ...empty('excluded_payment_method_types', 'managed_payments', 'automatic_payment_methods'),
  canceled_at: intent.status === 'canceled' ? intent.created : null,
  cancellation_reason: null,
  capture_method: 'automatic',
  client_secret: `${id}_secret_demo`,
  confirmation_method: 'automatic',
  created: intent.created,
  currency: intent.currency,
  customer: intent.customer,
  last_payment_error: intent.failure === null ? null : declined(intent.failure, method),
  latest_charge: charge,
  metadata: intent.metadata,
  next_action:
    intent.status === 'requires_action'
      ? { type: 'redirect_to_url', redirect_to_url: { url: bankUrl, return_url: intent.returnUrl } }
      : null,
  payment_method: intent.status === 'requires_payment_method' ? null : intent.method,
  payment_method_options: { card: { request_three_d_secure: 'automatic' } },
  allowed_payment_method_types: ['card'],
  payment_method_types: ['card'],
  status: intent.status,
})

export const declined = (code: string, method: unknown) => ({
  type: 'card_error',
  code: code === 'authentication' ? 'payment_intent_authentication_failure' : 'card_declined',
  ...(code === 'authentication' ? {} : { decline_code: code === 'declined' ? 'generic_decline' : code }),
  message: 'Your card was declined.',
  payment_method: method,
})

export const chargeShape = (
  id: string,
  intentId: string,
  intent: Intent,
  card: State['methods'][string]['card'],
) => ({
  id,
  object: 'charge',
  ...COMMON,
  amount: intent.amount,
  amount_captured: intent.amount,
  amount_refunded: 0,
  ...empty('application', 'application_fee', 'application_fee_amount', 'balance_transaction', 'description'),
  ...empty(
    'calculated_statement_descriptor',
    'failure_balance_transaction',
    'failure_code',
    'failure_message',
  ),
  ...empty('on_behalf_of', 'receipt_email', 'receipt_number', 'receipt_url', 'review', 'shipping', 'source'),
  ...empty('source_transfer', 'statement_descriptor', 'statement_descriptor_suffix', 'transfer_data'),
  transfer_group: null,
  billing_details: billingDetails(),
  captured: true,
  created: intent.created,
  currency: intent.currency,
  customer: intent.customer,
  disputed: false,
  fraud_details: {},
  metadata: intent.metadata,
  outcome: {
    ...empty('advice_code', 'network_advice_code', 'network_decline_code', 'reason'),
    network_status: 'approved_by_network',
    seller_message: 'Payment complete.',
    type: 'authorized',
  },
  paid: true,
  payment_intent: intentId,
  payment_method: intent.method,
  payment_method_details: {
    type: 'card',
    card: {
      brand: card.brand,
      last4: card.last4,
      exp_month: card.month,
      exp_year: card.year,
      funding: 'credit',
    },
  },
  refunded: false,
  refunds: null,
  status: 'succeeded',
})

export const refundShape = (id: string, refund: State['refunds'][string]) => ({
  id,
  object: 'refund',
  amount: refund.amount,
  balance_transaction: null,
  charge: refund.charge,
  created: refund.created,
  currency: refund.currency,
  ...empty('customer', 'customer_account', 'payment_method', 'reason', 'receipt_number'),
  ...empty('source_transfer_reversal', 'transfer_reversal'),
  destination_details: { type: 'card', card: { type: 'refund' } },
  metadata: refund.metadata,
  payment_intent: refund.intent,
  status: refund.status,
})

/** Until when the practice may answer. */
const ANSWER_SECONDS = 9 * 86_400
export const disputeShape = (id: string, dispute: State['disputes'][string]) => ({
  id,
  object: 'dispute',
  ...COMMON,
  amount: dispute.amount,
  balance_transactions: [],
  charge: dispute.charge,
  created: dispute.created,
  currency: dispute.currency,
  enhanced_eligibility_types: [],
  evidence: {},
  evidence_details: {
    due_by: dispute.created + ANSWER_SECONDS,
    enhanced_eligibility: {},
    has_evidence: false,
    past_due: false,
    submission_count: 0,
  },
  is_charge_refundable: dispute.status.startsWith('warning'),
  metadata: {},
  payment_intent: dispute.intent,
  payment_method_details: {
    card: {
      brand: 'visa',
      case_type: dispute.status.startsWith('warning') ? 'inquiry' : 'chargeback',
      network_reason_code: '10.4',
      network: 'visa',
    },
    type: 'card',
  },
  reason: 'fraudulent',
  status: dispute.status,
})

export const sessionShape = (
  id: string,
  session: Session,
  { intent, url }: { intent: unknown; url: string },
) => ({
  id,
  object: 'checkout.session',
  ...COMMON,
  ...empty('after_expiration', 'allow_promotion_codes', 'billing_address_collection', 'client_reference_id'),
  ...empty('client_secret', 'consent', 'consent_collection', 'customer_creation', 'customer_details'),
  ...empty('customer_email', 'invoice', 'invoice_creation', 'payment_link', 'payment_method_collection'),
  ...empty('payment_method_configuration_details', 'recovered_from', 'shipping_address_collection'),
  ...empty('shipping_cost', 'submit_type', 'subscription', 'discounts', 'collected_information'),
  ...empty('currency_conversion', 'customer_account', 'integration_identifier', 'managed_payments'),
  ...empty('origin_context', 'permissions', 'wallet_options'),
  adaptive_pricing: { enabled: false },
  amount_subtotal: session.amount,
  amount_total: session.amount,
  automatic_tax: { enabled: false, liability: null, provider: null, status: null },
  cancel_url: session.cancelUrl,
  created: session.created,
  currency: session.currency,
  custom_fields: [],
  custom_text: empty('after_submit', 'shipping_address', 'submit', 'terms_of_service_acceptance'),
  customer: session.customer,
  expires_at: session.expires,
  locale: session.locale,
  metadata: session.metadata,
  mode: session.mode,
  payment_intent: intent,
  payment_method_options: {},
  allowed_payment_method_types: ['card'],
  payment_method_types: ['card'],
  payment_status:
    session.mode === 'setup' ? 'no_payment_required' : session.status === 'complete' ? 'paid' : 'unpaid',
  phone_number_collection: { enabled: false },
  saved_payment_method_options: {
    allow_redisplay_filters: ['always'],
    payment_method_remove: null,
    payment_method_save: session.save ? 'enabled' : null,
  },
  setup_intent: session.setup,
  shipping_options: [],
  status: session.status,
  success_url: session.successUrl,
  total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
  ui_mode: 'hosted_page',
  url: session.status === 'open' ? url : null,
})

export const eventShape = (id: string, type: string, object: unknown, created: number) => ({
  id,
  object: 'event',
  ...COMMON,
  api_version: null,
  created,
  data: { object },
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
  type,
})
