"""What the parts of rule files and tests are called in Chinese, and what each key is for.

By the English words that the shapes declare; a test holds the two lists to each other.
"""

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "a derived fact": "派生事实",
    "an entry": "条目",
    "an approval step": "批准步骤",
    "an event type": "事件类型",
    "a field": "字段",
    "a metric": "指标",
    "a ratio": "比率",
    "an answered share": "回应比例",
    "a trait": "特质",
    "an indicator": "分项",
    "an assessment": "人工评分",
    "a tier": "等级",
    "a calendar": "日历",
    "a period": "时段",
    "a yearly period": "每年时段",
    "a list file": "列表文件",
    "a policy": "策略",
    "a rule": "规则",
    "a rollout": "推出方式",
    "a budget": "预算",
    "a repeat": "重复",
    "a decision table": "决策表",
    "a digest": "摘要",
    "a contact cap": "联系上限",
    "an escalation": "上报",
    "quiet hours": "免打扰时段",
    "a route": "路由",
    "a match": "匹配条件",
    # named as their key is
    **{name: name for name in ("gates", "activation", "business", "effective", "nearest", "expect")},
    **{name: name for name in ("change_tier", "raise_alert", "create_task", "offer")},
    **{f"{name}.yaml": f"{name}.yaml" for name in ("policy", "events", "metrics", "traits", "tiers")},
    "notifications.yaml": "notifications.yaml",
    # tests
    "a test suite": "测试集",
    "a test": "测试",
    "a point of a timeline": "时间线上的一点",
}

ABOUT: Mapping[str, str] = {
    "What people call it, by language.": "各语言的名称",
    "Who answers for it: a person or a team.": "负责人：个人或团队",
    # policy.yaml
    "Version of the policy language: 1.": "策略语言的版本：1",
    "Name of the bundle.": "规则包的名称",
    "IANA time zone in which local days begin and end.": "IANA 时区，决定每天何时开始和结束",
    "ISO 4217 code of every amount.": "所有金额的 ISO 4217 币种代码",
    "Policies in the order they are evaluated; each is a file in policies/.": (
        "各策略的执行顺序；每项对应 policies/ 中的一个文件"
    ),
    "Facts that rules set and later policies read.": "由规则设定、供后面策略读取的事实",
    "Groups that rules may add customers to.": "规则可将客户加入的群组",
    "Calendars; each is a file in calendars/.": "日历；每项对应 calendars/ 中的一个文件",
    "Named lists and thresholds; each is a file in lists/.": (
        "有名称的列表与门槛；每项对应 lists/ 中的一个文件"
    ),
    "How many approvals a release needs, by its measured impact.": "按实测影响，一个发布版需要几人批准",
    "What a backtest of a change may show at most.": "修改在回测中不得超过的限度",
    "What one action costs, by task, offered item or kind of action.": (
        "每次动作的成本，按任务、赠品或动作种类"
    ),
    "How an edit of these files becomes the active release.": "这些文件的修改如何成为生效的发布版",
    "Which days are business days.": "哪些天是工作日",
    "Type of its value.": "值的类型",
    "The choices, for type choice.": "类型为 choice 时的可选项",
    "Its value before any rule has set it.": "尚无规则设定时的值",
    "Applies while at most this share of customers is affected.": "受影响客户不超过该比例时适用",
    "How many people must approve.": "须有几人批准",
    "Customers whose membership differs, as a share of all.": "会员身份有变的客户占全部客户的比例",
    "Changes of one customer's tier within 365 days.": "同一客户 365 天内的等级变动次数",
    "Alerts raised on the busiest day.": "最忙一天发出的预警数",
    "Tasks created on the busiest day.": "最忙一天创建的任务数",
    "Declared costs of the dearest day.": "花费最多一天的已声明成本",
    "automatic: what passes checks and dry run; approved: by people.": (
        "automatic：通过检查与试运行即生效；approved：须由人批准"
    ),
    "Evidence that mode approved asks for: check, test, backtest.": (
        "approved 模式要求的证据：check、test、backtest"
    ),
    "Of the customers of any one tier, the most that an activation may move out of it.": (
        "一次启用最多可使任一等级的多少客户离开该等级"
    ),
    "Days of the week that are worked; mon to fri unless given.": "每周的上班日；未写则为周一至周五",
    "Calendars on whose days nobody works.": "其中各天无人上班的日历",
    # events.yaml, metrics.yaml
    "Every type of event publishers may send.": "发布方可以发送的所有事件类型",
    "The fields of its data.": "事件数据的字段",
    "Each field becomes a profile fact of the same name.": "每个字段成为同名的档案事实",
    "The profile was found right: all of it, or what the event's own `fields` names.": (
        "档案已核对无误：全部，或事件自身 `fields` 所列的字段"
    ),
    "Of a profile: a file without it has a gap.": "用于档案：缺少该字段即为缺项",
    "Of a profile: after this long it is to be confirmed.": "用于档案：超过该时长须重新核对",
    "An event without it is refused.": "缺少该字段的事件会被拒收",
    "Personal data: masked in logs, erased on request.": "个人数据：日志中遮盖，可应要求清除",
    "Smallest value accepted.": "可接受的最小值",
    "Largest value accepted.": "可接受的最大值",
    "Every number computed from events.": "由事件算出的所有数值",
    "How many of these events.": "这类事件的个数",
    "Sum of a field; a minus sign subtracts.": "字段之和；负号表示相减",
    "Mean of a field.": "字段的平均值",
    "Smallest value of a field.": "字段的最小值",
    "Largest value of a field.": "字段的最大值",
    "Latest value of a field.": "字段的最新值",
    "How many different values of a field.": "字段有多少种不同的值",
    "Days since the last of these events.": "距最近一次这类事件的天数",
    "The customer's own rhythm: the usual days between these events.": (
        "客户自身的节奏：这类事件通常相隔的天数"
    ),
    "One metric divided by another.": "一个指标除以另一个指标",
    "Percent change of a metric: its window against the window before.": (
        "指标变化的百分比：本窗口对比前一窗口"
    ),
    "Percent of days with one kind of event followed by another in time.": (
        "有某类事件的日子中，及时得到另一类事件回应的百分比"
    ),
    "Percent: a field per day inside the calendar's periods, against outside.": (
        "百分比：日历时段内每天的字段值，对比时段外"
    ),
    "Days counted back from today, or lifetime.": "从今天往回数的天数，或 lifetime（终身）",
    "Only events whose fields hold this.": "只计字段符合该条件的事件",
    "Only events inside a period of this calendar, or its pace.": "只计该日历时段内的事件，或用于计算其节奏",
    "With fewer events than this the metric is unknown.": "事件少于该数时，指标为未知",
    "Keep the window before too, for `rose by` and `fell by`.": "同时保留前一窗口，供“上升”“下降”短语使用",
    "Type of the value, where it is not plain from the aggregate.": "值的类型，在无法由算法得知时给出",
    "[smallest, largest] value it can have.": "值的范围：[最小, 最大]",
    "How much it varies although nothing happens that matters.": "并无要事发生时，数值本身的波动幅度",
    "How long news take to reach it, such as a monthly file.": "新数据多久才会到达，例如每月一次的文件",
    "Metric divided.": "被除的指标",
    "Metric divided by.": "作除数的指标",
    "What is to be answered.": "需要得到回应的事件",
    "What counts as an answer.": "算作回应的事件",
    "How long an answer may take.": "回应的期限",
    # traits.yaml, tiers.yaml
    "The nine qualities of a valuable customer.": "有价值客户的九项特质",
    "Share in the score; the weights of all traits add up to 100.": (
        "在总分中的权重；所有特质的权重之和为 100"
    ),
    "Points while there is no evidence.": "没有证据时的分数",
    "Metrics that give points.": "给分的指标",
    "How much a rating by hand counts.": "人工评分所占的分量",
    "Metric read.": "所读取的指标",
    "Share within the trait, 1 unless given.": "在特质中的权重，未写则为 1",
    "Counts when it is known; when it is not, nothing is missing.": "已知时计入；未知时也不算缺少证据",
    "Points 0 to 100 by bands of the metric: `at least …: points`.": (
        "按指标分档给 0 至 100 分：“at least …: 分数”"
    ),
    "Share within the trait.": "在特质中的权重",
    "After this long a rating no longer counts.": "评分超过该时长后不再计入",
    "Membership levels from lowest to highest; the first is not a member.": (
        "会员等级，由低到高；第一个表示非会员"
    ),
    "Service privileges that tiers carry or rules grant.": "等级附带或由规则授予的服务权益",
    "Privileges of this level.": "该等级的权益",
    # calendars/, lists/
    "Its name: that of the file.": "名称，与文件名相同",
    "Dated entries.": "有日期的时段",
    "Name rules may refer to.": "规则引用的名称",
    "First day.": "第一天",
    "Last day, included.": "最后一天（含）",
    "First and last day as month-day, each year anew.": "每年的第一天与最后一天，写作月-日",
    "Names and values; rules write $name.": "名称与值；规则中写作 $名称",
    # policies/
    "The rules.": "规则",
    "Permanent name: state, history and approvals hang on it.": "永久名称：状态、历史与批准都系于其上",
    "What must hold.": "须满足的条件",
    "How many local days in a row it must hold first.": "条件须先连续满足多少天",
    "What an unknown condition means: wait, no or stop.": "条件未知时如何处理：wait、no 或 stop",
    "What is done.": "执行的动作",
    "The reason people read; {fact} is replaced by its value.": "给人看的理由；{事实} 会替换成它的值",
    "Larger wins in a conflict group; its contacts come first.": "在冲突组中数值大者优先，其联系也优先",
    "Of its contacts alone: larger comes first, over all policies.": "仅用于联系：跨所有策略，数值大者优先",
    "At most one rule of a group acts for a customer.": "同一组中，每位客户至多有一条规则执行",
    "First and last day on which the rule applies.": "规则生效的第一天与最后一天",
    "How much of the world the rule touches: shadow, percent or live.": (
        "规则的推出范围：shadow、percent 或 live"
    ),
    "Share of customers left without the action, to measure its effect.": (
        "不执行动作的客户比例，用于衡量效果"
    ),
    "Most firings a day over all customers.": "所有客户每天合计最多触发次数",
    "When an alert is over; leaves a gap to `when`.": "预警何时解除；须与 when 留有间距",
    "How long an alert stays open after it could clear.": "预警可解除后仍保持多久",
    "Fire again while the condition holds.": "条件持续满足时再次触发",
    "Days before the rule may fire again for a customer.": "规则对同一客户再次触发前的间隔天数",
    "Most firings for a customer in so many days.": "若干天内对同一客户最多触发次数",
    "Earlier ids, whose state moves here.": "曾用 id，其状态移至此规则",
    "shadow, percent or live.": "shadow、percent 或 live",
    "Share of customers, for mode percent.": "percent 模式下的客户比例",
    "Most firings a local day.": "每天最多触发次数",
    "Most firings a local day, as a share of known customers.": "每天最多触发次数，按已知客户的比例",
    "Days between firings.": "两次触发相隔的天数",
    "Days between firings, from a decision table.": "两次触发相隔的天数，由决策表给出",
    "`at once` (usual) or `after one period`.": "立即（默认）或一个周期后",
    "Facts looked at, one a column.": "要看的事实，每列一个",
    "A cell for each input and the answer; first match wins.": "每行为各输入的单元格和结果；取第一个匹配的行",
    "The answer when no row matches.": "没有行匹配时的结果",
    # notifications.yaml
    "Most contacts with a customer over all rules.": "所有规则合计与同一客户的最多联系次数",
    "Profile fact that must be true before a customer is contacted.": "联系客户前须为真的档案事实",
    "Local hours in which customers are not contacted.": "不联系客户的当地时段",
    "Channel of whatever no route names.": "路由未指明时使用的渠道",
    "Who hears of tasks that stay undone.": "任务迟迟未办时通知谁",
    "A page for a manager when a day, a week or a month has closed.": (
        "每日、每周或每月结束后给管理者的一页摘要"
    ),
    "Which decision reaches whom, through which channel, in which words.": (
        "哪些决策、经哪个渠道、用什么文字通知谁"
    ),
    "Whose inbox it comes into.": "送入谁的收件箱",
    "day, week on monday, or month.": "day、week on monday 或 month",
    "inbox, email, webhook, file.": "inbox、email、webhook、file",
    "Most contacts in so many days.": "若干天内最多联系次数",
    "What the last of these wait for: `{1: key events, 2: priority at least 10}`.": (
        "最后几次为谁保留：`{1: key events, 2: priority at least 10}`"
    ),
    "The same as `keep: {…: key events}`.": "等同于 `keep: {…: key events}`",
    "Days, or business days, that a task is overdue first.": "任务先逾期多少天或多少个工作日",
    "Who is told: manager, owner or a name.": "通知谁：manager、owner 或某个名字",
    "Where: inbox (unless given), webhook, file.": "渠道：inbox（默认）、webhook、file",
    "Beginning.": "开始时间",
    "End.": "结束时间",
    "Which decisions: every key given must agree.": "哪些决策：写出的每个键都须相符",
    "owner, manager, customer, or a named address.": "owner、manager、customer 或某个名字",
    "Where it is delivered: inbox, webhook, file …": "送达渠道：inbox、webhook、file 等",
    "One line, by language; {…} is replaced.": "各语言的一行标题；{…} 会被替换",
    "The message, by language; {…} is replaced.": "各语言的正文；{…} 会被替换",
    "Send what agrees in these together.": "在这些方面相同的合并发送",
    "Counts against the contact cap.": "计入联系上限",
    "Action, one or several.": "动作，一个或多个",
    "Policy, one or several.": "策略，一个或多个",
    "Rule, one or several.": "规则，一条或多条",
    "Alert, one or several.": "预警，一个或多个",
    "Severity, one or several.": "严重程度，一个或多个",
    "Template, one or several.": "模板，一个或多个",
    # actions
    "The new tier.": "新的等级",
    "Days before another change.": "再次变动前的天数",
    "Even while an earlier keep_at_least still runs.": "即使先前的 keep_at_least 尚未到期",
    "Kind of problem, such as churn.": "问题的种类，例如 churn",
    "low, medium or high.": "low、medium 或 high",
    "Kind of task.": "任务的种类",
    "How to do it, by language.": "各语言的做法说明",
    "Days, or business days, until it is due.": "多少天或多少个工作日后到期",
    "How the customer is reached.": "联系客户的方式",
    "Who does it: owner (the customer's) or a name.": "由谁办理：owner（客户的负责人）或某个名字",
    "The occasion, when there is one.": "联系的由头（如有）",
    "Events of the customer after which there is no more need of it.": "发生后即无须再办的客户事件",
    "coupon, gift or bundle.": "coupon、gift 或 bundle",
    "What is offered.": "所提供的物品",
    "Move the customer to a tier.": "把客户调整到某个等级",
    "Give a derived fact a value, or the answer of a decision table.": "为派生事实设值，或采用决策表的结果",
    "Open an alert until the rule clears.": "发出预警，直至规则解除",
    "Ask a named person to do something by a date.": "请某人在某日前办一件事",
    "Offer a coupon, a gift or a bundle.": "提供优惠券、礼品或套装",
    "Give an entitlement.": "授予权益",
    "Take an entitlement back.": "收回权益",
    "Put the customer into a group.": "将客户加入群组",
    "Take the customer out of a group.": "将客户移出群组",
    "Send a message by the routes that match this template.": "按匹配该模板的路由发送消息",
    # tests
    "What these tests are about.": "这些测试测什么",
    "The instant of `+0d`: a date, or a date and time with offset.": "`+0d` 的时刻：日期，或带时差的日期时间",
    "Policies to judge; `expect` then names every action. Without it all are judged.": (
        "要判定的策略，此时 expect 须列出每个动作；未写则判定全部策略"
    ),
    "Customers that tests begin from, by name.": "测试所用的客户，按名称",
    "The tests.": "测试",
    "The rule in words.": "用文字写出的规则",
    "A customer's name, or facts; `like: name` begins from that customer.": (
        "客户名称，或事实；`like: 名称` 以该客户为起点"
    ),
    "What happens on the day of `now`.": "now 当天发生什么",
    "Several days instead, in order.": "改为若干天，按先后排列",
    "Days from `now`, such as +30d or -100d, or a date.": "距 now 的天数，如 +30d、-100d，或日期",
    "Facts that change on this day.": "当天变动的事实",
    "Events of this day; metrics, traits and score are computed from them.": (
        "当天的事件；指标、特质与总分由其算出"
    ),
    "What happens on this day, its close included.": "当天（含日终）发生什么",
    "The rule that does not act.": "没有执行的规则",
    "For each fact that keeps the rule from acting, how far it is.": "使规则未执行的每个事实还差多少",
    "The customer's new tier.": "客户的新等级",
    "Derived facts and their new values.": "派生事实及其新值",
    "Alerts that open.": "新发出的预警",
    "Alerts that are over.": "已解除的预警",
    "Tasks that are ordered.": "下达的任务",
    "Items that are offered.": "提供的物品",
    "Entitlements given.": "授予的权益",
    "Entitlements taken back.": "收回的权益",
    "Groups entered.": "加入的群组",
    "Groups left.": "退出的群组",
    "Templates of messages sent.": "所发消息的模板",
    "true: no action at all.": "true：没有任何动作",
    "Rules of which the contact cap holds a contact on this day, all of them.": (
        "当天因联系上限而未作联系的规则，须全部列出"
    ),
    "Facts that made a rule act on this day.": "使规则当天执行的事实",
    "The reason people read, as it comes out.": "给人看的理由，按实际输出",
    "A rule that does not act, and what it lacks.": "没有执行的规则，以及所差之处",
}
