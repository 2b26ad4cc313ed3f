"""What the people of the stories say, in both languages: invented, and nobody's real illness."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    name: str
    complaint: str
    allergy: str
    words: tuple[str, ...]
    record: dict[str, str]
    diagnosis: str
    amendment: str
    comment: str


ZH = Story(
    name="苏念慈",
    complaint="手背和胳膊上起了一片红疹子，特别痒，三四天了，好像是换了新的洗衣液以后开始的。",
    allergy="青霉素，小时候打针起过疹子",
    words=(
        "您好，我是皮肤科医生。照片我看到了，除了手和胳膊，身上别的地方有没有？",
        "脖子后面也有一点点，别的地方没有。",
        "这几天接触过什么新东西吗？",
        "就是换了洗衣液，别的都没变。晚上痒得睡不好。",
        "像是接触引起的皮疹。先停用新洗衣液，别抓，别用热水烫。",
        "好的，我今天就换回原来的。",
    ),
    record={
        "chief_complaint": "手背、前臂红疹伴瘙痒4天",
        "present_illness": "4天前更换洗衣液后出现手背、前臂红疹，瘙痒明显，影响睡眠，颈后少许。无发热。",
        "past_history": "无特殊",
        "findings": "图片见手背、前臂散在红斑丘疹，未见水疱及渗出；未查体。",
        "advice": "停用新洗衣液，避免搔抓和热水烫洗；三天内不见好转或面部肿胀、呼吸不畅请立即线下就医。",
    },
    diagnosis="接触性皮炎",
    amendment="补充患者所述颈后皮疹",
    comment="医生问得很仔细",
)
EN = Story(
    name="Grace Holloway",
    complaint="An itchy red rash on my hands and arms for four days. It began after I changed to a"
    " new washing powder.",
    allergy="Penicillin: a rash as a child",
    words=(
        "Hello, I am the skin doctor. I can see your picture. Is it anywhere else?",
        "A little on the back of my neck, nowhere else.",
        "Has anything else been new these days?",
        "Only the washing powder. The itch keeps me awake.",
        "It looks like a rash from contact. Stop the new powder, do not scratch, no hot water.",
        "Thank you, I will change back today.",
    ),
    record={
        "chief_complaint": "Itchy rash on hands and forearms for 4 days",
        "present_illness": "Began 4 days ago after a new washing powder; disturbs sleep; no fever.",
        "past_history": "None",
        "findings": "Picture: scattered red papules on hand and forearm; not examined.",
        "advice": "Stop the powder, no scratching. See a doctor in person if not better in 3 days,"
        " at once if the face swells or breathing is hard.",
    },
    diagnosis="L23.9",
    amendment="Added the rash on the neck as told",
    comment="The doctor took time for questions",
)
STORIES = {"zh": ZH, "en": EN}
