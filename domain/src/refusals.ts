/**
 * What kind of "no" a refusal is. HTTP turns a kind into a status, the command line into an exit
 * code; nothing else looks at it.
 */
export type RefusalKind =
  | 'malformed'
  | 'unauthenticated'
  | 'forbidden'
  | 'absent'
  | 'wrong_method'
  | 'conflict'
  | 'unsupported'
  | 'too_large'
  | 'version_missing'
  | 'version_stale'
  | 'invalid'
  | 'too_many'
  | 'unavailable';

type Entry = { readonly kind: RefusalKind; readonly text: string; readonly cashier?: string };

/**
 * Every refusal the system can give: its code, its kind, the sentence for the person who asked and,
 * where a till shows it, the sentence for the cashier with what to do next.
 */
export const refusals = {
  // requests
  bad_request: { kind: 'malformed', text: '请求格式有误，请检查后重试' },
  bad_host: { kind: 'malformed', text: '访问的域名不正确' },
  duplicate_key: { kind: 'malformed', text: '请求内容中有重复的字段' },
  too_complex: { kind: 'malformed', text: '请求内容过于复杂' },
  invalid_parameter: { kind: 'malformed', text: '查询参数有误' },
  malformed_multipart: { kind: 'malformed', text: '上传的表单不完整，请重新上传' },
  idempotency_key_missing: { kind: 'malformed', text: '缺少请求编号(Idempotency-Key)' },
  idempotency_key_invalid: { kind: 'malformed', text: '请求编号格式不正确，应为 UUID' },
  idempotency_key_reused: { kind: 'invalid', text: '该请求编号已用于另一项内容' },
  invalid_fields: { kind: 'invalid', text: '填写的内容有误，请按提示修改' },
  unsupported_media_type: { kind: 'unsupported', text: '不支持的内容类型' },
  payload_too_large: { kind: 'too_large', text: '内容过大，请减少后重试' },
  not_found: {
    kind: 'absent',
    text: '没有找到您要的内容',
    cashier: '本店没有这笔记录，请核对后重试',
  },
  method_not_allowed: { kind: 'wrong_method', text: '该地址不支持此操作方式' },
  csrf_rejected: { kind: 'forbidden', text: '请求来源不受信任，请从本站页面操作' },
  version_required: { kind: 'version_missing', text: '请先打开最新内容再修改' },
  version_conflict: { kind: 'version_stale', text: '内容已被他人修改，请刷新后重试' },
  busy: { kind: 'unavailable', text: '当前人数较多，请稍后重试' },
  storage_unavailable: { kind: 'unavailable', text: '系统存储暂不可用，请稍后重试' },
  outcome_unknown: { kind: 'unavailable', text: '结果待确认，请用同一请求编号重试' },

  // who you are
  invalid_credentials: { kind: 'unauthenticated', text: '账号、密码或验证码不正确' },
  session_ended: { kind: 'unauthenticated', text: '登录已失效，请重新登录' },
  session_binding: { kind: 'unauthenticated', text: '登录设备不一致，请重新登录' },
  signature_invalid: { kind: 'unauthenticated', text: '签名校验失败' },
  too_many_attempts: { kind: 'too_many', text: '尝试次数过多，请稍后再试' },
  consent_required: { kind: 'forbidden', text: '需要您先同意使用相关个人信息，可在“我的”里办理' },
  mfa_required: { kind: 'forbidden', text: '该操作需要先完成双因素验证' },
  reauth_required: { kind: 'forbidden', text: '登录已超过15分钟，请重新验证身份' },
  forbidden: {
    kind: 'forbidden',
    text: '您没有此项权限',
    cashier: '只能由原收银员办理，请找原收银员或店主',
  },
  read_only: { kind: 'forbidden', text: '您的角色只能查看，不能修改' },
  cannot_grant: { kind: 'forbidden', text: '不能授予自己没有的权限' },
  separation_of_duties: { kind: 'forbidden', text: '经办人不能审批自己经办的事项' },
  masked_value: { kind: 'invalid', text: '不能提交带星号的脱敏内容' },

  // approvals
  content_changed: { kind: 'conflict', text: '内容已变更，请重新查看后再审批' },
  already_decided: { kind: 'conflict', text: '该事项已处理' },
  state_conflict: {
    kind: 'conflict',
    text: '当前状态不允许此操作',
    cashier: '这笔还没有结果或已取消，请刷新后再看',
  },

  // programmes
  plan_invalid: { kind: 'invalid', text: '方案文件不符合格式' },
  plan_has_errors: { kind: 'conflict', text: '方案存在必须先解决的问题' },
  programme_not_running: {
    kind: 'conflict',
    text: '活动未在进行中',
    cashier: '活动暂停中，此券暂不能用，请改用其他方式付款',
  },
  programme_closed: {
    kind: 'conflict',
    text: '活动已结束',
    cashier: '活动已结束，此券不能再用，请改用其他方式付款',
  },
  invalid_rule: { kind: 'invalid', text: '规则设置有误' },

  // money in
  insufficient_funds: { kind: 'conflict', text: '资金余额不足' },
  fund_not_confirmed: { kind: 'conflict', text: '资金尚未到账确认，不能使用' },
  already_imported: { kind: 'conflict', text: '该文件已导入过' },
  bank_file_invalid: { kind: 'invalid', text: '银行流水文件有误' },

  // people, rosters, issuing
  identity_mismatch: { kind: 'invalid', text: '姓名与身份证号核验不一致' },
  real_name_required: { kind: 'forbidden', text: '请先完成实名认证' },
  roster_file_invalid: { kind: 'invalid', text: '名单文件有误' },
  file_type_not_allowed: { kind: 'unsupported', text: '不支持该文件类型，请上传 xlsx 或 csv' },
  image_type_not_allowed: { kind: 'unsupported', text: '只接受 JPG、PNG 或 WebP 图片' },
  image_too_large: { kind: 'invalid', text: '图片尺寸过大，请用手机重新拍照上传' },
  file_rejected: { kind: 'invalid', text: '文件内容不安全或已损坏，无法读取' },
  sheet_limits: { kind: 'invalid', text: '表格过大，超出行列限制' },
  registration_closed: { kind: 'conflict', text: '登记时间已截止' },
  cap_exceeded: { kind: 'conflict', text: '超过规定的标准上限' },
  payment_differs: { kind: 'conflict', text: '名单总额与已到账金额不一致' },
  nothing_to_issue: { kind: 'conflict', text: '没有可发放的对象' },

  // closing
  nothing_to_return: { kind: 'conflict', text: '没有需要退回的资金' },

  // rounds and claims
  round_not_open: { kind: 'conflict', text: '本轮尚未开始' },
  round_closed: { kind: 'conflict', text: '本轮已结束' },
  sold_out: { kind: 'conflict', text: '本轮消费券已抢完' },
  limit_reached: {
    kind: 'conflict',
    text: '您已达到领取上限',
    cashier: '顾客用券次数已达上限，请改用其他方式付款',
  },
  kinds_exclusive: { kind: 'conflict', text: '已领取的券与该券不可同时享受' },
  captcha_required: { kind: 'forbidden', text: '请先完成验证' },
  captcha_invalid: { kind: 'forbidden', text: '验证未通过，请重新验证' },
  location_required: {
    kind: 'forbidden',
    text: '请允许定位后再领取',
    cashier: '请顾客在付款码页面允许定位，刷新后重扫',
  },
  location_inaccurate: { kind: 'forbidden', text: '定位不够准确或已过时，请重新定位' },
  location_not_eligible: {
    kind: 'forbidden',
    text: '您当前不在活动区域内',
    cashier: '顾客不在活动区域内，不能用券，请改用其他方式付款',
  },
  not_eligible: { kind: 'forbidden', text: '您不在本次发放范围内，如有疑问可申诉' },
  risk_controls_degraded: { kind: 'unavailable', text: '风控服务异常，暂停领券，请稍后再来' },
  mode_not_supported: { kind: 'conflict', text: '不支持主扫方式，请出示付款码由商户扫码' },

  // redemption
  code_expired: {
    kind: 'conflict',
    text: '付款码已过期，请刷新',
    cashier: '付款码已过期，请顾客刷新后重扫',
  },
  code_used: {
    kind: 'conflict',
    text: '付款码已使用，请刷新',
    cashier: '付款码已用过，请顾客刷新后重扫',
  },
  code_unknown: {
    kind: 'conflict',
    text: '付款码无效',
    cashier: '不是有效的付款码，请顾客打开付款码页面',
  },
  code_invalid: { kind: 'invalid', text: '付款码格式不正确', cashier: '没扫全，请再扫一次' },
  terminal_paused: {
    kind: 'too_many',
    text: '本机扫码错误过多，已暂停',
    cashier: '错误过多，本机暂停一分钟，请稍候',
  },
  no_usable_voucher: {
    kind: 'conflict',
    text: '没有可用于本单的消费券',
    cashier: '顾客没有可用于本单的券，请改用其他方式付款',
  },
  below_threshold: {
    kind: 'conflict',
    text: '消费金额未达到用券门槛',
    cashier: '金额未达门槛，请核对金额或改用其他券',
  },
  voucher_used: { kind: 'conflict', text: '该券已使用', cashier: '此券已使用，请换一张' },
  voucher_expired: { kind: 'conflict', text: '该券已过期', cashier: '此券已过期，不能使用' },
  voucher_void: { kind: 'conflict', text: '该券已作废', cashier: '此券已作废，不能使用' },
  voucher_not_started: {
    kind: 'conflict',
    text: '该券尚未到可用时间',
    cashier: '此券未到使用时间',
  },
  voucher_held: {
    kind: 'conflict',
    text: '该券正在支付中',
    cashier: '此券正在另一笔支付中，请稍候查询结果',
  },
  one_voucher_per_payment: {
    kind: 'invalid',
    text: '一次支付只能使用一张消费券',
    cashier: '一次只能用一张券，可分多次支付',
  },
  merchant_not_accepting: {
    kind: 'forbidden',
    text: '该商户不能受理此券',
    cashier: '本店不能受理此券',
  },
  goods_not_allowed: {
    kind: 'forbidden',
    text: '该商品不能使用消费券',
    cashier: '充值、购卡不能用券',
  },
  hold_expired: {
    kind: 'conflict',
    text: '支付超时，已取消',
    cashier: '超过45秒，本笔已取消，请重新扫码',
  },
  amount_changed: { kind: 'invalid', text: '金额与扫码时不一致', cashier: '金额变了，请取消重来' },
  already_reversed: {
    kind: 'conflict',
    text: '该笔已撤销或已全额退款',
    cashier: '这笔已撤销或已全部退款，不用再退',
  },
  reversal_window: {
    kind: 'conflict',
    text: '已过当日撤销时间，请走退款',
    cashier: '已过当日撤销时间，请办理退款',
  },
  refund_exceeds: {
    kind: 'invalid',
    text: '退款累计超过原金额',
    cashier: '退款超过了这笔余下的金额，请核对',
  },

  // merchants
  invalid_uscc: { kind: 'invalid', text: '统一社会信用代码不正确' },
  already_registered: { kind: 'conflict', text: '该商户已登记' },
  merchant_not_eligible: { kind: 'invalid', text: '商户不符合本次活动的参与条件' },
  dishonest_listed: { kind: 'invalid', text: '该主体在失信名单内，不得参与' },
  account_name_mismatch: { kind: 'invalid', text: '结算账户户名与商户名称不一致' },
  account_on_hold: { kind: 'forbidden', text: '结算账户变更后24小时内不能付款' },

  // settlement
  calendar_year_missing: { kind: 'unavailable', text: '该年度的工作日历尚未录入，不能推算日期' },
} as const satisfies Record<string, Entry>;

/** The code of one refusal in the catalogue. */
export type RefusalCode = keyof typeof refusals;

/** A figure or name that explains a refusal; never personal data. */
export type RefusalDetails = Readonly<Record<string, unknown>>;

/** One wrong field: where it stands in the body (JSON pointer) and which rule it breaks. */
export type FieldError = { readonly pointer: string; readonly code: string; readonly text: string };

/** An expected "no". Thrown inside a transaction it rolls the transaction back. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly details: RefusalDetails;
  override readonly name = 'Refusal';

  constructor(code: RefusalCode, details: RefusalDetails = {}) {
    super(refusals[code].text);
    this.code = code;
    this.details = details;
  }

  get kind(): RefusalKind {
    return refusals[this.code].kind;
  }
}

/** Refuses with `code`; `details` are the figures that explain it. */
export function refuse(code: RefusalCode, details: RefusalDetails = {}): never {
  throw new Refusal(code, details);
}

/** The sentence a till shows for `code`: the cashier's where there is one. */
export function cashierText(code: RefusalCode): string {
  const entry: Entry = refusals[code];
  return entry.cashier ?? entry.text;
}
