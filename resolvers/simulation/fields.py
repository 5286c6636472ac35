"""Which field of medicine an indication belongs to, told from the words of its name.

Rough on purpose: it only decides which specialties of the simulation mostly rate what.
"""

import re

GENERAL = "general"
"""The field of indications whose names say nothing that is known here."""

STEMS_BY_FIELD = {
    "oncology": (
        "cancer carcinoma tumor lymphoma leukemia myeloma melanoma .*sarcoma neoplas glioma .*blastoma metasta"
        " malignan chemotherapy .*lymphoid.leuk myelodysplas mycosis.fungoides"
    ),
    "eye": (
        "ocular eye glaucoma conjunctiv uveitis retinal retinopath retinitis macula cornea keratitis ophthalm"
        " cataract mydria miosis blephar iritis cyclopleg iridocycl"
    ),
    "allergy and throat": (
        "rhinit rhinorr nasal sinus otitis otic ear sneez pharyng tonsil allerg urticaria anaphyla cough cold"
        " angioedema laryn"
    ),
    "psychiatry": (
        "depressi schizo bipolar mani anxi panic obsess psycho autis attention phobia bulimia delir agitat"
        " premenstrual.dysphoric post.traumatic.stress tourette"
    ),
    "sleep and addiction": "insomnia sleep narcolep alcohol smoking nicotine withdraw opioid.depend depend",
    "neurology": (
        "epilep seizure migraine headache parkinson alzheimer multiple.sclerosis amyotroph neuralg neuropath"
        " spastic myasthen dystoni vertigo cerebr restless chorea convuls tremor subarach dementia stroke"
    ),
    "rheumatology": (
        "gout .*arthrit hyperuric uric urate lupus spondyl rheuma fibromyalg polymyos dermatomyos vasculit"
        " arteritis familial.mediterr bursitis tendon .*sclerod"
    ),
    "endocrinology": (
        "diabet .*thyro goiter myxedema hypergly hypogly obes weight adren cushing acromeg pituit growth.horm"
        " hypogonad .*osteopor paget hypercalc hypocalc vitamin rickets osteomal"
    ),
    "gastroenterology": (
        "duod .*esophag reflux gastr crohn .*colitis bowel constip diarrh nausea vomit liver"
        " hepat bili pancrea hemorrh?oid zolling dyspep heartburn ileus helicob flatul colon pruritus.ani peptic"
    ),
    "women's health": (
        "contracep menstru .*menorr endomet vagin pregnan labor ovula lactat infertil menopaus .*menopaus uter"
        " cervi preterm abort estrog hyperemesis post.?partum"
    ),
    "kidney and urology": (
        "renal kidney nephr dialys bladder prostat erectile urin cystitis enures calcul urolog genitourin uti"
    ),
    "haematology": (
        ".*anemi .*thromb hemophil bleed hemorrhag neutropen coagul sickle embol transfus leukopen von.willeb"
    ),
    "respiratory": (
        "asthma bronch chronic.obstr pulmon .*pneumoni lung respirat cystic.fibros tubercul .*asthma exercise.induced"
    ),
    "skin": (
        ".*derm .*psoria acne eczema skin rosacea prurit alopec wart tinea scab pedicul .*kerato hidraden hyperhid"
        " impetig sunburn vitiligo burn pemphig lichen seborr onycho pityri"
    ),
    "infection": (
        ".*infect .*sepsis septic bacter .*malaria hiv virus viral influenza herpes fung candid mycosis gonoc gonorr"
        " .*syphil typh anthrax mening endocard osteomyel abscess periton helminth ascari amebi cmv shigell salmon"
        " .*coccal .*osis.due chlamyd trichomon toxoplas leprosy cholera plague chancroid rickettsi"
    ),
    "cardiovascular": (
        "hypertens angina heart cardi myocard coronary arrhyth atrial ventric .*tachyc .*cholest .*lipid"
        " .*lipop .*glycerid arterioscl hypotens edema vascul claudic raynaud peripheral prinzm .*fibrill"
    ),
    "pain and anaesthesia": (
        "pain anesth analges sedat neuromusc intubat surg operat post.?oper fever sprain myalg muscle spasm"
        " .*anesth toothache musculosk induce"
    ),
    "diagnostics": "imag diagnos contrast scan test radi visuali .*graphy adjunct",
    "toxicology": "poison overdos toxic intox antidot revers .*toxic",
}
"""Beginnings of words (a dot stands for any character), field by field. The first field that matches is taken."""

_PATTERNS = {
    field: re.compile("|".join(rf"\b{stem}" for stem in stems.split())) for field, stems in STEMS_BY_FIELD.items()
}


def field_of(indication: str) -> str:
    """The field of medicine of an indication, by its name; GENERAL when no word is known."""
    text = indication.casefold()
    return next((field for field, pattern in _PATTERNS.items() if pattern.search(text)), GENERAL)
