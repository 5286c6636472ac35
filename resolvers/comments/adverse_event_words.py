"""The words by which a possible adverse event in a patient is known. All patterns are for small letters."""

import re

CRITICAL = re.compile(
    r"\b(?:"
    # The outcomes that make an event serious: 21 CFR 314.80(a), ICH E2D section 2.3.
    r"died|die|death|deaths|dead|deceased|fatal|fatality|fatally|kill(?:ed|s)|passed away|lethal|suicides?"
    r"|suicidal\w{0,4}|lost (?:a|one|my|two|three) (?:\w{1,12} )?(?:patients?|wom[ae]n|m[ae]n|child)(?! to follow)"
    r"|life[- ]threatening|near[- ]fatal|(?:was|were|be|been|got|being|and|patient|pt|pts"
    r"|both) (?:\w{1,12} )?(?:re-?)?(?:admitted|hospitali[sz]ed)|hospitali[sz]ed (?:x|with|for|after|w/)"
    r"|admitted (?:because|due)|(?:needed|required|requiring|needing) (?:an? )?(?:\w{1,12} )?(?:admission"
    r"|hospitali[sz]ation|icu|intubation|ventilation|dialysis|transfusions?|units|adrenaline|epinephrine"
    r"|resuscitation|surgery|transplant\w{0,8}|amputation)|(?:ended up|landed|spent|went|rushed|sent|transferred"
    r"|taken) [^,.]{0,25}\b(?:hospital|n?icu|intensive care|emergency|er|ed|burns unit|casualty)|intubated"
    r"|resuscitated|defibrillated|dialysed|dialyzed|coma|comatose|unconscious|cardiac arrest|disabled|disability"
    r"|paraly[sz]ed|paralysis|went (?:blind|deaf)|blindness|permanent(?:ly)? \w{1,12}|irreversible \w{1,12}"
    r"|birth defects?|malformations?|malformed|congenital|cleft (?:lip|palate)|heart defect|spina bifida"
    r"|stillb\w{3,6}|miscarr\w{3,6}|neonatal withdrawal|overdos\w{1,4}|amputat\w{2,4}|arrested|hanged|shot h(?:im"
    r"|er)self|stopped breathing|respiratory (?:arrest|failure|depression)|passed out|blacked out|blackouts?"
    r"|wheelchair since|bedridden|on a ventilator|icu admission|lost (?:his|her|the) (?:hearing|sight|vision|eye"
    r"|leg|foot|toes?|fingers?|voice|pregnancy|baby|life|job)"
    # Events that are serious by themselves, after the EMA's list of important medical events.
    r"|anaphyla\w{3,6}|angio-?o?edema|rhabdo\w{0,8}|stevens?[- ]johns?t?on|erythroderma|sjs"
    r"|toxic epidermal necrolysis|agranulocytosis|aplastic an\w{4,6}|pancytopeni[ac]|neutropenic (?:sepsis|fever)"
    r"|sepsis|septic|dress(?: syndrome)?\b(?! the|ing)|liver failure|hepatic failure|(?:fulminant|drug-induced"
    r"|toxic|acute) hepatitis|hepatotoxicity|liver injury|jaundiced?|pancreatitis|perforat\w{2,3}|peritonitis|ileus"
    r"|bowel obstruction|ischa?emi[ac]|gangren\w{1,3}|necrosis|angle[- ]closure|retinal detachment|meningitis"
    r"|encephal\w{4,6}|myelitis|guillain|myocarditis|pericarditis|vasculitis|nephritis|nephrotic|ha?emoly\w{3,4}"
    r"|ha?emorrhag\w{1,3}|tamponade|aneurysm|aortic dissection|hypertensive crisis|respiratory distress|addisonian"
    r"|myxo?edema|blood clots?|clots? in|a clot|leuka?emia|melanoma|transfused|(?:acute )?(?:kidney"
    r"|renal) (?:injury|failure)|lactic acidosis|keto-?acidosis|serotonin syndrome|neuroleptic malignant\w{0,2}"
    r"|torsades?|ventricular (?:tachycardia|fibrillation)|arrhythmias?|(?:complete )?heart block|heart attack"
    r"|myocardial infarct\w{3,5}|strokes?|embol(?:ism|us|i)|thrombos[ie]s|dvt|(?:gi|cerebral|intracranial"
    r"|gastrointestinal|brain|major|retroperitoneal) (?:bleed|bleeds|bleeding|haemorrhage|hemorrhage)|bled"
    r"|broke (?:a|his|her|the) (?:hip|leg|arm|wrist|neck|femur)|seizures?|convulsions?|status epilepticus|psychosis"
    r"|psychotic|mania|manic|hallucinations?|delirium|delirious|progressive multifocal\b|pml|osteonecrosis"
    r"|perforation|tendon rupture|malignancy|lymphoma|fitted|(?:had|having|two|three|several) fits"
    r"|severe (?:hypo\w{4,10}|hyper\w{4,10}|rash|reaction|bleed\w{0,3}|allerg\w{1,6}))\b"
)
"""Serious outcomes, and events that are serious by themselves."""

REACTION = re.compile(
    r"\b(?:rash(?:es)?|hives|urticaria|itch\w{0,4}|allerg(?:y|ic)|nausea|vomit\w{0,5}|diarrh\w{2,5}"
    r"|constipat\w{2,4}|dizz\w{1,6}|vertigo|syncop\w{1,3}|faint\w{0,3}|falls?|fractures?|cough|wheez\w{1,4}"
    r"|bronchospasm|dyspn\w{2,5}|palpitations?|bradycardia|tachycardia|hypotension|hyponatr\w{3,6}|hyperkal\w{3,6}"
    r"|hypokal\w{3,6}|hypoglyc\w{4,7}|hypercalc\w{4,6}|neutropeni[ac]|thrombocytopeni[ac]|leu[ck]openi[ac]|an(?:ae"
    r"|e)mia|bleeding|bleed|bruis\w{2,4}|haematomas?|hematomas?|nosebleeds?|headaches?|migraines?|tremor|dystonia"
    r"|dyskinesia|akathisia|confus\w{2,4}|agitat\w{2,4}|depress\w{2,3}|insomnia|nightmares|sedation|somnolence"
    r"|neuropathy|myalgia|muscle pain|myopathy|cramps|weakness|tendinitis|hepatitis|alt|transaminases|liver enzymes"
    r"|cholestasis|pneumonitis|pneumonia|infections?|shingles|zoster|cellulitis|abscess|tuberculosis|o?edema"
    r"|swelling|weight gain|hair loss|alopecia|photosensitivity|stomatitis|mucositis|ulcers?|colitis|gastritis"
    r"|vision loss|blurred vision|optic neuritis|uveitis|hearing loss|tinnitus|gyn(?:ae|e)comastia|priapism"
    r"|dehydrat\w{2,4}|fever|side effects?|adverse (?:event|reaction|effect)s?)\b"
)
"""Events that are reported when they happened to one patient, and are remarks on tolerability otherwise."""

INDIVIDUAL = re.compile(
    r"\b(?:my|our|one|a|an|this|another|single) (?:(?!few\b|lot\b|third\b)[\w'-]{1,20} ){0,3}(?:patient|pt|woman"
    r"|man|lady|gentleman|boy|girl|child|infant|baby|teenager|adolescent|newborn|neonate|toddler|mother|father"
    r"|student|diabetic|resident|case|person|runner|pensioner|farmer|nurse|colleague)\b(?! by)|\b(?:two|three|four"
    r"|five|six|both|[2-9]) (?:[\w'-]{1,20} ){0,2}(?:patients|pts|women|men|ladies|boys|girls|children|infants"
    r"|babies|teenagers|residents|cases|people)\b|\b(?:one|two|three|four) (?:of )?(?:among )?(?:my|our|mine"
    r"|ours)\b|\bof (?:mine|ours)\b|\bamong my\b|\bthe (?:patient|child|infant|baby|newborn|woman|man|mother|boy"
    r"|girl)\b|^\W{0,3}(?:the )?(?:patient|pt)\b|\bpt\b|\b(?:she|he|her|him|his|mr|mrs)\b|\b\d{1,3}\s?-?\s?(?:year"
    r"|yr|month|week|day)s?\s?-?\s?old\b|\b\d{1,2}\s?(?:yo|y/o|y\.o)\b|\b\d\d[mf]\b|\bman of \d\d|\bwoman of \d\d"
)
"""One patient, or a small number of them that is said: what ICH E2D calls identifiable."""

OBSERVED = re.compile(
    r"\b(?:i|we)(?:'ve)? (?:(?:have|had|also|once|recently|personally|just|even|already"
    r"|unfortunately) ){0,3}(?:seen|saw|had|lost|observed|encountered|witnessed|experienced|reported|stopped"
    r"|discontinued|withdrew)\b|^\W{0,3}(?:saw|seen|had|lost|witnessed)\b|\b(?:one|two|three|several|some) of (?:my"
    r"|our) \w{1,20}\b"
)
"""Somebody reports what they saw themselves."""

HAPPENED = re.compile(
    r"\b(?:developed|led to|resulted in|caused|precipitated|triggered|provoked|ended up|landed in|survived|died"
    r"|suffered|went into|collapsed|killed|hospitali[sz]ed|needed (?:adrenaline|epinephrine|dialysis|intubation)"
    r"|had to (?:stop|withdraw|discontinue)|after (?:the |a |his |her )?(?:first|second|third|one|two|three|single"
    r"|\d{1,2}) (?:doses?|infusions?|injections?|tablets?|cycles?))\b"
)
"""The event is told as one that happened, even if nobody is named."""

LINK = re.compile(
    r"\b(?:developed|experienced|suffered|got|had|became|was|caused|led to|resulted in|gave|triggered|provoked"
    r"|precipitated|reacted|because|because of|due to|owing to|after (?:the |a )?(?:\w{1,10} )?(?:dose|tablet"
    r"|infusion|injection)|(?:ended up|left|back|came in|came|in|down|presented) with|broke out|complained of"
    r"|stopped|discontinued)\b"
)
"""What connects a patient to a reaction, in front of it."""

STOPPED = re.compile(
    r"\b(?:had to (?:be )?(?:stop|stopped|discontinue|discontinued|withdraw|withdrawn|abandon)|stopped|discontinued"
    r"|withdrew|withdrawn|taken off)\b[^.]{0,40}?(?:\bbecause\b|\bdue to\b|\bowing to\b|\bfor\b|\bafter\b|\bwith\b"
    r"|:)"
)
"""The drug was stopped for a reason that follows."""

VAGUE = re.compile(
    r"\b(?:some|several|many|most|few|others|people|patients|half|third|quarter|often|sometimes|occasionally"
    r"|usually|rarely|always|everyone|anyone|nobody|everybody)\b|\d\s?%"
)
"""A number of people that is not said, as in remarks on tolerability."""

MEASURED = re.compile(
    r"\b(?:sodium|na|potassium|k|platelets?|neutrophils?|anc|wbc|ck|creatinine|egfr|haemoglobin|hemoglobin|hb|qtc"
    r"|alt|ast|lfts|inr|calcium|bilirubin|lipase)\s(?:(?:level|levels|count|counts|suddenly|then|had) )?(?:fell"
    r"|dropped|plummeted|crashed|rose|went|shot|climbed|jumped|doubled|tripled|was|of)\b"
)
"""A laboratory value that went wrong."""

CANCELLED_BEFORE = re.compile(
    r"\b(?:risks?|risky|watch|watching|warn\w{0,4}|monitor\w{0,4}|never|fewer|less|lower\w{0,3}|reduc\w{1,5}"
    r"|prevent\w{0,5}|protect\w{0,5}|avoid\w{0,3}|history|prior|previous\w{0,2}|possible|possibly|potential\w{0,2}"
    r"|may|can|could|might|if|should|would|contraindicated|caution\w{0,3}|rare|rarely|label\w{0,3}|boxed|warnings?"
    r"|counsel\w{0,4}|discuss\w{0,3}|effective|indicated|first[- ]line|versus|vs|than|unlike|fears?|concerns?"
    r"|worr\w{1,4}|literature|described|score|against|instead|safe|ask|check\w{0,3}|look for|screen\w{0,3}"
    r"|exclud\w{1,3}|beware|despite|chance|incidence|rates?|treats?|treating|treatment of|in case of|prophylaxis"
    r"|saves?|saved|ever|when (?:used|given|taken|combined))\b[^:]{0,60}$"
)
"""In front of an event: a risk, a rule, a benefit or what was before, but nothing that happened on the drug."""

NEGATED = re.compile(
    r"\b(?:no|nobody|no one|hardly|not|without|none|nor|neither|nothing|zero|hasn't|didn't|wasn't|-free"
    r"|free of)\b[^,:]{0,35}$"
)
"""In front of an event, within its clause: it did not happen."""

CANCELLED_AFTER = re.compile(
    r"^[^,.]{0,30}?(?:\b(?:risks?|rare|rarely|warnings?|monitoring|prophylaxis|prevention|rates?|scores?|scales?"
    r"|may|can|could|might|should|occurs?|is possible|are possible|kit|on other|on others|previously|is less"
    r"|are less|is lower|is common|are common|is unusual|is usual|are usual|is frequent|are frequent|clinic|ward"
    r"|prone|patients do)\b|[- ]free\b)"
)
"""Behind an event: the same."""

ELSEWHERE = re.compile(
    r"\b(?:trials?|study|studies|meta-analys\w{1,3}|cohort|registry|placebo|arm|literature|published|cochrane"
    r"|review|guidelines?)\b"
)
"""The sentence is about research, where events have been reported already."""

TURN = re.compile(r"\b(?:but|however|yet|although|though|except|until|then|and then)\b|:")
"""After which a sentence says something new."""

REASON_END = re.compile(r"\b(?:but|however|although|though|then)\b|, and\b|[:(]")
"""Where the reason for stopping a drug ends."""

ACTED = re.compile(
    r"\b(?:vomited|fainted|collapsed|bled|swelled|wheezed|seized|relapsed on stopping|fell (?:down|twice|over|and)"
    r"|crashed|had to be (?:\w{1,12} )?(?:rehydrated|ventilated|operated|resuscitated|taken|rushed|sectioned"
    r"|restrained))\b"
)
"""What a patient did or what was done to them, which is a reaction without a word in front that ties it to them."""

SUFFERER = re.compile(
    r"\b(?:patients?|pts?|wom[ae]n|m[ae]n|lady|gentleman|boy|girl|child|case|old|\d\d[mf]?)(?: of (?:\d\d|mine"
    r"|ours))?,? (?:with|after|who had(?: had)?) (?:[\w'-]{1,20} ){0,4}$"
)
"""In front of an event: it is what the patient was treated for."""

BENEFIT = re.compile(
    r"\b(?:better|improved|remission|cleared|gone|free|responded|responds|did well|does well|doing well|stable"
    r"|settled|recovered|much improved|under control|well controlled|calm|happy)\b"
)
"""A sentence that tells of a success."""

ONSET = re.compile(
    r"\b(?:within|on it|on this|on the drug|while (?:on|taking)|since starting|(?:hours?|days?|weeks?"
    r"|months?) (?:in|later))\b"
)
"""When an event came, counted from the drug."""
