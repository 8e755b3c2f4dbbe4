/** What a new plan begins with: the fields that no plan can do without, to be filled in. */
export const samplePlan = `# 活动方案文件。金额以元为单位，或写“600万元”；时刻均为北京时间。
# 按 Ctrl+空格 补全字段和取值，鼠标停在字段上看说明。
format: 1
id: new-programme
name: 活动名称
document:
  number: 文号
  title: 文件标题
  issuer: 发文单位
  issued_on: 2026-01-01
region: { code: '000000', name: 地区名称, level: county }
dates: { from: 2026-02-01, to: 2026-03-31 }

parties:
  - { id: government, name: 主办单位, roles: [organiser] }
  - { id: commerce, name: 承办单位, roles: [executor] }
  - { id: finance, name: 财政部门, roles: [finance] }
approvals:
  - { act: publish_plan, prepared_by: [commerce], approved_by: [government] }

total: 10万元
funders:
  - id: fiscal
    party: finance
    source: fiscal
    amount: 10万元
    order_of_use: 1
    return_account: payer
pools:
  - { id: retail, name: 通用零售, amount: 10万元, funders: [fiscal] }
kinds:
  - { id: retail_10, name: 零售10元券, pool: retail, face: 10, threshold: { amount: 50 } }
validity: { until_programme_end: true }

eligibility:
  who: 发放对象
issuing:
  - id: weekly
    mode: first_come
    kinds: [retail_10]
    calendar: { weekday: friday, time: '10:00', from: 2026-02-06, to: 2026-03-27 }
    quantities: { retail_10: 1000 }
merchants:
  admission: apply
  conditions: [registered_in_region]
  categories:
    - { id: retail, name: 商场百货, reviewed_by: commerce }
`;
