"""Comments on which the screening was measured but never tuned.

They were written before the screening was. Nobody may change the screening to get one of them right: a comment that
teaches something belongs into `comment_corpus.py`, in other words. People, numbers and addresses are invented; the
telephone numbers are of ranges that are kept for fiction where a country has one.
"""

from tests.unit.comment_corpus import read_table

MUST_BE_HELD = read_table("""
EMAIL: happy to share our titration protocol, drop me a line: k.oyelaran@rheum-clinic.example.org
EMAIL: Questions? heather_bloom at westside-cardiology dot com
EMAIL: Send bloods to pharmacy.warfarin@trust.nhs.example before the first dose.
EMAIL PHONE: Prior auth contact: auths@payer.example.com / (312) 555-0188
PHONE: The manufacturer's rep (call 1-888-555-0143) sends starter packs within a day.
PHONE: Our shared care line is 0161 496 0321, ask before increasing.
PHONE: Rufen Sie uns an: 040 66969 123
PHONE: Hotline +33 1 99 00 12 34 was useful when stock ran out.
PHONE: pt's daughter (617-555-0177) manages the pens, adherence is perfect
PHONE: Text 0491 570 157 for the injection service in our district.
PHONE: My cell is 2125550134 if anyone wants to compare notes on tapering.
PHONE: Enrolment through the access programme, tel. +41 44 555 01 02, took one week.
DATE_OF_BIRTH: Great response in a girl with JIA (DOB 17.08.2012), in remission since week 12.
DATE_OF_BIRTH: Pt b. 02/11/1958, stable on 10 mg since spring.
DATE_OF_BIRTH: Worked when three others failed; patient born April 9, 1971, no flare since.
DATE_OF_BIRTH: date of birth 1949-12-30, CKD 3b, dose halved, fine so far
DATE_OF_BIRTH: Male, 11-Feb-1963, switched from the older agent, HbA1c down by 1.4.
RECORD_NUMBER: See chart no. 0098812 for the full titration, a textbook response.
RECORD_NUMBER: MRN#44718203 - complete remission after two cycles.
RECORD_NUMBER: Approval came after the second appeal, member ID XKD902817734.
RECORD_NUMBER: ss# 987-65-4329, Medicare refused it twice.
RECORD_NUMBER: Hospital number R4471920: LDL from 5.1 to 1.9 in six weeks.
RECORD_NUMBER: NHS no 999 123 4560, excellent seizure control at last.
RECORD_NUMBER: claim #A-2290147 denied for the third time, hopeless access
PERSON_NAME: Mrs. Abernathy has been on it for six years without a single flare.
PERSON_NAME: My patient Declan Moriarty went from a wheelchair to walking.
PERSON_NAME: Pt. J.R., 47M, excellent pain control on the lowest dose.
PERSON_NAME: Thanks to Dr. Priya Raman for suggesting this in our refractory cases.
PERSON_NAME: patient's name is Lucia Ferrante, she agreed to be a reference
PERSON_NAME: Little Tommy Walsh, asthma since infancy, has not needed a reliever in months.
PERSON_NAME: I put Mr O'Shaughnessy on half the dose and his gout stayed quiet.
PERSON_NAME: Works nicely in the Henderson family, mother and both sons.
AGE_OVER_89: A 93-year-old lady of mine is doing splendidly on 2.5 mg.
AGE_OVER_89: Even in a man aged 97 the lowest dose was well tolerated.
AGE_OVER_89: pt is 91 yo and independent, INR no longer a worry
AGE_OVER_89: 102 y/o F, pain free for the first time in years
ADDRESS: Samples can be collected at 1420 Maple Hollow Road.
ADDRESS: We run the infusion suite at 77 Beacon St., Suite 4, walk-ins welcome.
ADDRESS: Patient lives at 9 Chestnut Close and the community nurse injects weekly.
ADVERSE_EVENT: Lost a patient on it to fulminant hepatitis last year.
ADVERSE_EVENT: One of mine ended up in intensive care with lactic acidosis.
ADVERSE_EVENT: I have personally seen two cases of toxic epidermal necrolysis with it.
ADVERSE_EVENT: 58M, CK 42,000 after three weeks, dialysed for rhabdo.
ADVERSE_EVENT: She went into anaphylactic shock ten minutes after the second infusion.
ADVERSE_EVENT: A young man on 20 mg attempted suicide a fortnight after we started.
ADVERSE_EVENT: My patient's neutrophils dropped to 0.1 and she became septic.
ADVERSE_EVENT: The baby was born with a cleft palate, mother exposed in the first trimester.
ADVERSE_EVENT: Had a gentleman who bled into his retroperitoneum within a week of starting.
ADVERSE_EVENT: Caused torsades in an elderly woman who was also on a macrolide.
ADVERSE_EVENT: Good drug, but one teenager developed DRESS and needed steroids for months.
ADVERSE_EVENT: Angioedema in a 44-year-old after two doses, intubated in the ED.
ADVERSE_EVENT: Had to withdraw it in one case because sodium fell to 114 and he seized.
ADVERSE_EVENT: Patient became psychotic within days, resolved on stopping.
ADVERSE_EVENT: Two of my patients had pancreatitis while taking it, both were hospitalised.
ADVERSE_EVENT: He is permanently blind in one eye after optic neuritis on this drug.
ADVERSE_EVENT: Stopped after a week in one lady: widespread rash and fever.
ADVERSE_EVENT: Never again: liver failure, transplant list, a mother of two.
ADVERSE_EVENT: GI bleed needing four units in one of our residents, no PPI cover.
ADVERSE_EVENT PERSON_NAME: Mr. Petrov collapsed with complete heart block on day three.
ADVERSE_EVENT: Fatal bleed in a frail man of mine, I blame the combination.
ADVERSE_EVENT: Serotonin syndrome in my own patient after adding an SSRI, two days on the ward.
ADVERSE_EVENT: She miscarried at nine weeks, I had not been told that she was pregnant.
ADVERSE_EVENT: Unfortunately our patient fell, broke a hip and never walked again.
ADVERSE_EVENT PHONE: Severe hypoglycaemia in my patient, coma; reported it on 0800 555 0123.
""")
"""Comments with something that a person has to look at, and what."""

MUST_PASS = tuple(
    text
    for _, text in read_table("""
-: Start at 12.5 mg, double every two weeks to 50 mg; BP usually down 10-15 mmHg.
-: In my hands the best tolerated of its class. Dizziness on standing is the usual complaint.
-: NNT around 21 over 4.2 years in the trial population, less convincing in primary prevention.
-: Works within 48-72 hours for most flares. Avoid if eGFR < 30 mL/min/1.73 m2.
-: Boxed warning for suicidality under 25 needs a proper talk with the family.
-: Weight gain of 3-5 kg in the first year is what bothers people most.
-: Mortality benefit is solid, which is why I put up with the potassium checks.
-: Remember the DDIs: halve simvastatin, watch digoxin levels, no grapefruit.
-: I start everyone over 75 on the low dose.
-: Counsel on the rare risk of angioedema, more so in Black patients.
-: Good evidence since the 2018 guideline; the 2022-2023 update kept it first line.
-: Coverage: tier 3, $45 co-pay, PA every 12 months.
-: Generic from 2021 on made all the difference to access.
-: Some people get a dry cough, then I change class.
-: Patients hate the taste. Otherwise nothing to complain about.
-: Reduces admissions for heart failure, my older patients stay at home.
-: Check TPMT before starting and CBC weekly x 4, then every 3 months.
-: Very good for Crohn's disease, less so for ulcerative colitis.
-: Parkinson patients tolerate it better than the alternative.
-: ICD-10 E11.65 gets it approved, E11.9 does not.
-: The Cochrane review (14 RCTs, 5,678 participants) matches what I see.
-: 20 mg nocte is plenty; 40 mg adds sweating and little else.
-: For Hashimoto's I prefer the brand, TSH is steadier.
-: Hold it two days before surgery, restart on day 1-2 after.
-: Onset 15-30 min, lasts 4-6 h, dose 0.1 mg/kg up to 8 mg.
-: Failure rate roughly 1 in 9, mostly early.
-: No deaths or serious events in the 300 or so I have treated.
-: Anaphylaxis kit at hand for the first infusion, as always with biologics.
-: Safe in renal impairment down to 15 mL/min, which sets it apart.
-: Sexual side effects are underreported; ask.
-: I avoid it in pregnancy and in anyone planning one.
-: Our formulary code is 04.03.03, no approval needed.
-: NDC 0071-0155-23 is what the pharmacy stocks.
-: A reasonable choice after failure of methotrexate 15-25 mg weekly.
-: Lithium level 0.6-0.8 mmol/L, U&E every 3-6 months, TFT twice a year.
-: Adherence of 80 % at 12 months in our audit of 143 patients.
-: The once-weekly pen beats three tablets a day for adherence.
-: Elderly patients over 80 do fine if started slowly.
-: Young men ask about hair loss. It is reversible, in my view.
-: Life-saving drug in anaphylaxis, should be in every bag.
-: Used it in the emergency department for agitation: calm in 10 min, no airway trouble.
-: Constipation can be troublesome; prescribe a laxative from day one.
-: My personal favourite for migraine prophylaxis. Sedation helps those who sleep badly.
-: As per EMA label, max 4 g/24 h, 2 g in low body weight.
-: LFTs at baseline, 6 and 12 weeks. Stop if ALT > 3 x ULN.
-: Cheap as chips: 28 tabs for 1.12 pounds.
-: St John's wort kills its levels, ask about it.
-: Dr. Google scares many people off before the first tablet.
-: Since RECOVERY and REMAP-CAP there is no debate about the 6 mg dose.
-: Titrate 25-50-100 mg at 2-week steps. Peak effect at weeks 8-12.
-: Works for Raynaud, off label, at 30-60 mg MR.
-: People with needle phobia will not take it.
-: HbA1c fell from 9.1 to 7.2 on average, weight down 4-6 kg.
-: Bleeding risk goes up with NSAIDs, so I check the medication list every time.
-: Not for patients with a history of pancreatitis.
-: Pill burden is the problem: 3 x 2 tablets, with food, not with calcium.
-: With a HAS-BLED of 4 I think twice.
-: If the rash looks odd, stop and see them the same day: SJS is rare but you only miss it once.
-: Excellent. My go-to since residency at Johns Hopkins.
-: Hyperkalaemia is the price for the benefit, 5.5 is my limit.
""")
)
"""Remarks of physicians that name nobody and report no event in a patient."""

WRITTEN_LAST_MUST_BE_HELD = read_table("""
EMAIL: the rep answers within the hour: n.fairweather@pharma.example.ie
EMAIL: mail shared-care AT gp-practice DOT example if you need the form
PHONE: 1 (877) 555-0160 is the copay desk.
PHONE: Stock? Ask the wholesaler, 0121 496 0854.
PHONE: Bereitschaft: +43 1 5550 1234
PHONE: He can be rung at 310 555 0128 about the diary.
DATE_OF_BIRTH: b. 19 Nov 1947, on it for nine years.
DATE_OF_BIRTH: Little girl, 2016-02-08, seizures down to one a month.
DATE_OF_BIRTH: Date of Birth - 05/06/53. Doing well.
RECORD_NUMBER: lab no. 66120943 shows what it does to the LDL
RECORD_NUMBER: His insurance ID, GHX 55201937, was flagged every month.
RECORD_NUMBER: hospital ID 5501-9920
PERSON_NAME: Miss Kaur could start work again.
PERSON_NAME: As Professor Adeyemi says, start low and go slow.
PERSON_NAME: Walter was bedbound before, now he gardens.
PERSON_NAME: my patient Svetlana switched back after two weeks
PERSON_NAME: Pt K.L. prefers the pen.
AGE_OVER_89: In a lady of 94 I used a quarter of the dose.
AGE_OVER_89: 92 years young and no dizziness at all.
ADDRESS: The depot clinic moved to 61 Wellington Terrace.
ADDRESS: Home address 5 Oak Drive, courier comes Mondays.
ADVERSE_EVENT: My youngest patient, 17, stopped eating and lost 11 kg in two months.
ADVERSE_EVENT: Unexplained cardiac arrest in a healthy man a week after the dose was doubled.
ADVERSE_EVENT: Had one with necrotising fasciitis, scary.
ADVERSE_EVENT: She turned yellow after ten days, ALT above 2,000.
ADVERSE_EVENT: The first patient I gave it to never woke up from surgery.
ADVERSE_EVENT: Severe skin reaction in a teenager, skin grafts needed.
ADVERSE_EVENT: A 29-year-old mother took all her tablets at once and did not make it.
ADVERSE_EVENT: One of our men got tuberculosis in spite of a negative test.
ADVERSE_EVENT: I stopped it in a lady whose potassium hit 7.2.
ADVERSE_EVENT: Lost vision in the left eye, GCA patient, two days after the switch.
ADVERSE_EVENT: Aplastic anaemia, one case in 25 years, she died waiting for a donor.
ADVERSE_EVENT: A nurse on our ward got a needle stick and then a rash from it.
ADVERSE_EVENT: Twin pregnancy lost at 20 weeks while on it.
ADVERSE_EVENT: Compartment syndrome after extravasation, fasciotomy, he lost two fingers.
ADVERSE_EVENT: Two elderly patients with hip fractures after night-time falls on it.
ADVERSE_EVENT: My patient gambled away his house on this.
ADVERSE_EVENT: Massive haematemesis in a man on aspirin as well, six units of blood.
ADVERSE_EVENT: Took three doses and was off her legs with Guillain-Barre for months.
ADVERSE_EVENT: Caused a manic episode in one of my bipolar patients.
""")
"""The same, written after the screening was finished: what it is worth on wording that it was not made for."""

WRITTEN_LAST_MUST_PASS = tuple(
    text
    for _, text in read_table("""
-: Heartburn if taken lying down, so upright for 30 minutes.
-: I start at 6.25-12.5 mg twice daily in heart failure.
-: After two strokes in a row I still trust it over warfarin.
-: Bone density up 4-6 % at the spine.
-: One patient told me that it tastes of metal.
-: My asthmatics do well on 200-400 mcg twice a day.
-: Lowers the LDL by 50-60 %, and the events by a fifth.
-: Try 5-10-15 mg over 3 weeks, sooner if BP allows.
-: Hard to get since the Puerto Rico plant closed in 2017.
-: Teenagers forget it, parents have to stand next to them.
-: A nurse has to give it, which is what makes it costly.
-: ECOG 0-1 only.
-: It took the fear of death from many of my patients.
-: Tell them about sun exposure and grapefruit.
-: Fits into most budgets since the price cut of 2020-2021.
-: Bleeds on DOACs are easier to handle than those on warfarin, in my view.
-: Sodium fell a little in the first week and came back by itself in all.
-: QTc 440-460 at baseline? Repeat after a week.
-: Best results in boys of 6-9 with ADHD.
-: We stopped using it after the price went up.
-: I discontinued it in all who were due for surgery and restarted after 48 h.
-: With the TNF blockers I screen for tuberculosis and hepatitis B.
-: In an epileptic woman of 30 it brought freedom from seizures.
-: The patient card should be carried at all times.
-: Overdose kits are handed out together with it.
-: In hospital we give 4.5 g every 8 h, 13.5-18 g per day.
-: Sleep is deeper and headaches are gone in most of them.
-: He ran a marathon after three months of it.
-: Good for hot flushes, not for mood.
-: A young man with first psychosis went back to university on it.
-: The Sheffield group published the best long-term data.
-: DEXA every 24 months, calcium 1,000-1,200 mg a day.
-: Some cramps, some loose stools, nothing that a lower dose does not solve.
-: Works in 8 of 10, fails in 2 of 10, and I cannot tell which beforehand.
-: On 3 July 2024 the tender changed, and with it the brand.
-: For Paget's and for Sudeck's it is worth a try.
-: Anticoagulation clinics see fewer 9 am queues since then.
-: One of my patients travels for six months a year and needs no fridge for it.
-: If platelets drop below 100, halve; below 50, pause.
-: The pen clicks 10 times per 0.1 mL, count them.
""")
)
"""The same."""
