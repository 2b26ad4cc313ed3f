"""Kind of notice -> who gets it, in which words, how urgent it is, by which channels.

Others read a lock screen too: no text names a person, a department, a complaint, a diagnosis or
anybody's words, and fields are whole numbers (ADR 0020). Urgency and defaults are our own choice,
of no law.
"""

from datetime import timedelta

from xinglin.config.notice_kinds import factor, papers, patient, reminder, soon
from xinglin.foundation.notices.types import Kind, Urgency
from xinglin.kernel.text import Text

KINDS: dict[str, Kind] = {
    "doctor_accepted": patient(
        Text("医生接诊", "A doctor takes your visit"),
        Text(
            "医生已接诊，请回到杏林继续。",
            "A doctor has taken your visit. Please come back to Xinglin.",
        ),
        urgency=Urgency.AWAITED,
        sms=True,
        useful_for=timedelta(hours=2),
    ),
    "prescription_effective": patient(
        Text("处方生效", "A prescription is effective"),
        Text(
            "药师已审核您的处方，处方已生效，点此查看。",
            "A pharmacist has passed your prescription; it is effective. Tap to see it.",
        ),
        sms=True,
        useful_for=timedelta(hours=24),
    ),
    "prescription_to_agree": patient(
        Text("请您签名", "Your signature is asked for"),
        Text(
            "医生请您看过长期处方后签名同意，点此查看。两小时内有效。",
            "The doctor asks you to read a long-term prescription and to sign it. Tap to see it; it waits"
            " for two hours.",
        ),
        urgency=Urgency.AWAITED,
        sms=True,
        useful_for=timedelta(hours=2),
    ),
    "prescription_not_passed": patient(
        Text("处方未生效", "A prescription is not effective"),
        Text(
            "您的一张处方没有生效或已作废，请查看就诊页面。",
            "A prescription of yours is not effective or was voided. Please look at your visit.",
        ),
        sms=True,
        useful_for=timedelta(hours=24),
    ),
    "prescription_sent_back": reminder(
        Text("药师退回处方", "A prescription came back"),
        Text(
            "您签名的一张处方被退回、未通过，或未经审核已失效，请查看并处理。",
            "A prescription that you signed was returned, refused, or is void before it was reviewed."
            " Please look at it.",
        ),
    ),
    "prescription_waits": reminder(
        Text("处方待审超时", "A prescription waits too long"),
        Text(
            "有处方超过时限仍未审核，请尽快处理。",
            "A prescription was not reviewed in time. Please review it as soon as you can.",
        ),
    ),
    "prescriptions_sampled": Kind(
        who="staff",
        label=Text("处方点评结果", "Your prescriptions were reviewed"),
        text=Text(
            "您的处方点评结果已公布，可查看并申诉。",
            "Findings on a sample of your prescriptions are there. You may read and answer them.",
        ),
        urgency=Urgency.CALM,
        channels={"push": True},
        useful_for=timedelta(days=7),
    ),
    "doctor_wrote": patient(
        Text("医生回复", "The doctor writes"),
        Text("医生给您发来了新消息。", "The doctor has written to you."),
        urgency=Urgency.AWAITED,
        useful_for=timedelta(hours=12),
    ),
    "doctor_calls": patient(
        Text("医生来电", "The doctor calls"),
        Text(
            "医生正在呼叫您，请打开杏林接听。",
            "Your doctor is calling you. Please open Xinglin to answer.",
        ),
        urgency=Urgency.AWAITED,
        sms=True,
        useful_for=timedelta(minutes=1),
    ),
    "call_missed": soon(
        Text("未接来电", "A missed call"),
        Text(
            "您有一个医生的未接来电，可在问诊中回拨或留言。",
            "You have missed a call of your doctor. You can call back or write in your visit.",
        ),
    ),
    "asked_into_call": reminder(
        Text("同事邀请通话", "A colleague asks you into a call"),
        Text(
            "有同事邀请您加入一次通话，请打开工作台查看。",
            "A colleague asks you into a call. Please look at your workbench.",
        ),
    ),
    "visit_ending": soon(
        Text("问诊即将结束", "A visit is about to end"),
        Text(
            "问诊将在约{minutes}分钟后结束，如还有问题请尽快回复。",
            "Your visit ends in about {minutes} minutes. If you have more to ask, please write now.",
        ),
    ),
    "visit_ended": patient(
        Text("问诊结束", "A visit has ended"),
        Text("您的问诊已结束，点此查看。", "Your visit has ended. Tap to see it."),
        useful_for=timedelta(hours=24),
    ),
    "summary_ready": patient(
        Text("就诊小结", "The summary is ready"),
        Text("就诊小结已签署，点此查看。", "Your visit summary is signed. Tap to read it."),
    ),
    "summary_changed": patient(
        Text("就诊小结更正", "The summary was changed"),
        Text(
            "医生更正了就诊小结，请查看新版本。",
            "The doctor has corrected your visit summary. Please read the new version.",
        ),
        sms=True,
    ),
    "nobody_found": soon(
        Text("暂无医生", "No doctor is on duty"),
        Text(
            "暂无医生值班，请选择继续等待或其他办法。",
            "No doctor is on duty now. Please choose how to go on.",
        ),
    ),
    "visit_cancelled": patient(
        Text("没有医生接诊", "Nobody took your visit"),
        Text(
            "很抱歉，没有医生接诊，问诊已取消。情况紧急请到急诊或拨打120。",
            "We are sorry: no doctor took your visit, and it was cancelled."
            " If it is urgent, go to an emergency department or call 120.",
        ),
        urgency=Urgency.AWAITED,
        sms=True,
        useful_for=timedelta(hours=12),
    ),
    "closed_by_house": patient(
        Text("医院结束了问诊", "The hospital ended a visit"),
        Text(
            "很抱歉，医院结束了您的问诊，点此查看原因。",
            "We are sorry: the hospital has ended your visit. Tap to read the reason.",
        ),
        urgency=Urgency.AWAITED,
        sms=True,
        useful_for=timedelta(hours=12),
    ),
    "remind_patient_answer": soon(
        Text("医生在等您回复", "The doctor waits for you"),
        Text(
            "医生在等您的回复，请尽快回到问诊。",
            "The doctor is waiting for your answer. Please come back to your visit.",
        ),
    ),
    "remind_patient_choose": soon(
        Text("请选择怎么办", "Please choose"),
        Text(
            "您的问诊还没有医生，请选择继续等待或其他办法。",
            "Your visit has no doctor yet. Please choose how to go on.",
        ),
    ),
    "remind_patient_waiting": soon(
        Text("仍在安排医生", "We are still looking"),
        Text(
            "抱歉让您久等，医院仍在为您安排医生。",
            "We are sorry for the wait. The hospital is still finding you a doctor.",
        ),
    ),
    "remind_patient_again": patient(
        Text("可以重新发起问诊", "You can ask again"),
        Text(
            "很抱歉上次没有医生接诊，您现在可以重新发起问诊。",
            "We are sorry that no doctor took your last visit. You can ask again now.",
        ),
        useful_for=timedelta(hours=12),
    ),
    "went_or_not": patient(
        Text("是否已去医院", "Whether you went"),
        Text(
            "医生想知道您是否已到医院就诊，请点此回答。",
            "Your doctor would like to know whether you went to the hospital. Tap to answer.",
        ),
        sms=True,
    ),
    "proof_judged": patient(
        Text("证明材料审核", "Your documents were looked at"),
        Text(
            "您上传的材料已有审核结果，点此查看。",
            "The documents you uploaded have been looked at. Tap to see the result.",
        ),
    ),
    "export_ready": patient(
        Text("数据导出", "Your data are ready"),
        Text("您要的数据副本已准备好，点此下载。", "The copy of your data is ready to download."),
    ),
    "proxy_answered": patient(
        Text("家人的答复", "A relative's answer"),
        Text(
            "家人对代问请求有了答复，点此查看。",
            "A relative has answered whether you may ask for them. Tap to see it.",
        ),
    ),
    "merge_answered": patient(
        Text("登记核实", "A registration was checked"),
        Text(
            "医院已处理一项登记核实，点此查看。",
            "The hospital has settled a question about a registration. Tap to see it.",
        ),
    ),
    "remind_doctor_reply": reminder(
        Text("患者在等您回复", "A patient waits for you"),
        Text(
            "运营提醒：有患者在等您的回复。", "From the operators: a patient waits for your reply."
        ),
    ),
    "remind_doctor_record": reminder(
        Text("病历待签署", "A record is not signed"),
        Text(
            "运营提醒：您有病历到期未签署，请尽快补签。",
            "From the operators: one of your records is overdue. Please sign it soon.",
        ),
    ),
    "remind_doctor_prompt": reminder(
        Text("请及时应答", "Please answer in time"),
        Text(
            "运营提醒：请留意及时应答派单和回复患者；不便时请先下线。",
            "From the operators: please answer offers and patients in time, or go off duty.",
        ),
    ),
    "application_returned": papers(
        Text("医生申请退回", "An application came back"),
        Text(
            "您的医生申请被退回，请按原因补正后重新提交。",
            "Your application as a doctor came back. Please correct it and hand it in again.",
        ),
        who="patient",
    ),
    "application_refused": papers(
        Text("医生申请未通过", "An application was refused"),
        Text(
            "您的医生申请未通过，请查看原因。",
            "Your application as a doctor was refused. Please read why.",
        ),
        who="patient",
    ),
    "application_approved": papers(
        Text("医生申请已批准", "An application was approved"),
        Text(
            "您的医生申请已批准，请登录医生工作台完成设置。",
            "Your application as a doctor was approved. Please sign in to the workbench to finish.",
        ),
        who="patient",
    ),
    "licence_ending": papers(
        Text("执业资格即将到期", "Your licence is about to end"),
        Text(
            "您的执业资格将在{days}天后到期，请上传新的材料。",
            "Your licence ends in {days} days. Please upload the new papers.",
        ),
    ),
    "doctors_licence_ending": papers(
        Text("有医生资格即将到期", "A doctor's licence is about to end"),
        Text(
            "有一位医生的执业资格将在{days}天后到期。",
            "The licence of one of the doctors ends in {days} days.",
        ),
    ),
    "doctor_suspended": papers(
        Text("暂停接诊", "You are suspended"),
        Text(
            "医院已暂停您的接诊，请查看原因。",
            "The hospital has suspended you from seeing patients. Please read why.",
        ),
    ),
    "doctor_reinstated": papers(
        Text("恢复接诊", "You are reinstated"),
        Text("您可以重新上线接诊。", "You can go on duty again."),
    ),
    "offer_made": Kind(
        who="staff",
        label=Text("新的派单", "A visit is offered"),
        text=Text("有新的问诊等待您接诊。", "A visit waits for your answer."),
        urgency=Urgency.ALWAYS,  # only a doctor who is on duty gets offers
        channels={"push": True},
        useful_for=timedelta(minutes=1),
        listed=False,
    ),
    "duty_paused": Kind(
        who="staff",
        label=Text("您还在吗？", "Are you there?"),
        text=Text(
            "您连续几次没有接派单，已暂停派单。请打开工作台回答“我在”，或下线。",
            "You have not taken several offers in a row, so none is made. Please say that you are"
            " there, or go off duty.",
        ),
        urgency=Urgency.ALWAYS,  # only a doctor who is on duty is asked
        channels={"push": True},
        useful_for=timedelta(hours=1),
    ),
    "duty_ends": Kind(
        who="staff",
        label=Text("出诊时段快结束", "Your hours end soon"),
        text=Text(
            "您设定的出诊时段即将结束，之后不再派新患者。",
            "Your own hours end soon; no new visit is offered after that.",
        ),
        urgency=Urgency.ALWAYS,  # only a doctor who is on duty is told
        channels={"push": True},
        useful_for=timedelta(minutes=15),
    ),
    "promise_broken": Kind(
        who="patient",
        label=Text("没有做到承诺的时间", "A promised time was missed"),
        text=Text(
            "很抱歉，您的问诊没有在承诺的时间内得到应答。请打开查看。",
            "We are sorry: your visit was not answered in the time we promised. Please look.",
        ),
    ),
    "crisis_told": Kind(
        who="staff",
        label=Text("有人需要马上联系", "Somebody needs a call now"),
        text=Text(
            "有一件紧急的事需要您马上处理，请打开监控台。",
            "Something needs you at once. Please open the monitor.",
        ),
        urgency=Urgency.ALWAYS,  # a life may depend on it
        channels={"push": True, "sms": True},
        useful_for=timedelta(hours=12),
    ),
    "factor_reset": factor(
        Text("二次验证重置", "Your second factor"),
        Text(
            "管理员收到了重置您二次验证的申请。如果不是您提出的，请打开安全设置停止它。",
            "Somebody asked to reset your second factor. If it was not you, open Security to stop it.",
        ),
    ),
    "passkey_added": factor(
        Text("新的通行密钥", "A new passkey"),
        Text(
            "您的账号添加了一个通行密钥。如果不是您添加的，请打开安全设置移除它，并告诉管理员。",
            "A passkey was added to your account. If it was not you, open Security to remove it,"
            " and tell an administrator.",
        ),
    ),
    "passkey_removed": factor(
        Text("通行密钥已移除", "A passkey was removed"),
        Text(
            "您的账号移除了一个通行密钥。如果不是您移除的，请马上告诉管理员。",
            "A passkey was removed from your account. If it was not you, tell an administrator now.",
        ),
    ),
    "package_ready": Kind(
        who="staff",
        label=Text("材料包", "Your package is ready"),
        text=Text(
            "您申请的材料包已准备好，保留7天。",
            "The package that you asked for is ready, and is kept for seven days.",
        ),
        urgency=Urgency.CALM,
        channels={"push": True},
        useful_for=timedelta(hours=48),
    ),
}
