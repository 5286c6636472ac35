"""Comments as physicians write them, with what the screening has to find in each.

People, numbers and addresses are invented; the telephone numbers are of ranges that are kept for fiction where a
country has one.
"""


def read_table(table: str) -> tuple[tuple[frozenset[str], str], ...]:
    """The rows of a table: names of findings, or a dash for none, then a colon and the comment."""
    rows = [line.split(": ", 1) for line in table.strip().splitlines()]
    return tuple((frozenset(findings.replace("-", "").split()), text) for findings, text in rows)


MUST_BE_HELD = read_table("""
EMAIL: Contact me at j.smith@example.com for the dosing table.
EMAIL: more details from maria.lopez+infusions@hospital.example.es
EMAIL: Write to anna (at) clinic (dot) example if you need the letter template.
EMAIL: My address is dr.who[at]tardis.example.co.uk
EMAIL: e-mail: KARL_HEINZ@KLINIK.EXAMPLE.DE
EMAIL: For the registry write to registry at lupus-network dot example dot org
EMAIL: reach me: beta-blocker_fan@example.net.
EMAIL: The pharmacist (p.nair@example.in) prepares the syringes.
EMAIL: copy to first.last@sub.department.university.example.edu please
EMAIL: ask ops@example.io
PHONE: Call me on (212) 555-0147 to discuss.
PHONE: Patient can be reached at 415-555-0132.
PHONE: Our nurse line 1-800-555-0199 answers all questions.
PHONE: Access programme: 1.866.555.0121
PHONE: Ring 020 7946 0958 for the shared care form.
PHONE: mobile 07700 900461
PHONE: Tel. +44 7700 900 123 after six.
PHONE: Telefon 030 23125 012, nach 17 Uhr
PHONE: +49 (0)89 99998 123 is the line of the study nurse
PHONE: Appelez le 01 99 00 45 67 pour une ordonnance.
PHONE: 06 39 98 12 34 is the number of the home nurse.
PHONE: Call +61 2 5550 1234 or 02 5550 1234.
PHONE: The husband is on 0491 570 156 and gives the injections.
PHONE: phone: 5550143999
PHONE: WhatsApp +91 98765 43210 for the patient support programme
PHONE: +34 612 345 678 (support), supply is fine otherwise
PHONE: Tel 06-12345678, Dutch patient line
PHONE: reach the helpline on +1 (202) 555-0110 ext. 4
PHONE: fax 617.555.0177 for prior authorisation
PHONE: 1-800-FLOWERS is easier to reach than the insurer.
PHONE: Emergency number of the family: 555-0142
PHONE: Helpline 0800 123 4567, they deliver within two days.
DATE_OF_BIRTH: DOB 3/4/1956, stable for two years.
DATE_OF_BIRTH: Patient born on 4 March 1956 responded within a week.
DATE_OF_BIRTH: d.o.b. 12.11.62, complete response
DATE_OF_BIRTH: date of birth: 1980-07-21. Tolerates it well.
DATE_OF_BIRTH: My patient (* 05.06.1949) has been well controlled since.
DATE_OF_BIRTH: Birthdate Jan 9, 1977; no relapse in four years.
DATE_OF_BIRTH: born 23/09/2015, growth is on the centile again
DATE_OF_BIRTH: This patient, 14/02/1968, had failed three others before.
DATE_OF_BIRTH: Pt 6-17-1971 F, excellent control.
DATE_OF_BIRTH: geb. 01.02.1955, sehr zufrieden
DATE_OF_BIRTH: She was born the 3rd of May, 1990 and takes it since puberty.
DATE_OF_BIRTH: Female 1961-03-30, switched last spring, symptom free.
DATE_OF_BIRTH: D.O.B: 7th August 1944. Good response.
DATE_OF_BIRTH: birthday 24 December 1951, still well controlled
RECORD_NUMBER: MRN 00482913, see notes.
RECORD_NUMBER: Medical record number 7719023 for comparison.
RECORD_NUMBER: NHS number 999 476 5919, well controlled.
RECORD_NUMBER: SSN 987-65-4320, prior authorisation needed three times.
RECORD_NUMBER: 987-65-4321 was refused by the insurer.
RECORD_NUMBER: Chart #48812-B shows the curve.
RECORD_NUMBER: Case no. 2019/4471 had the best response.
RECORD_NUMBER: Insurance number A123456780, approved at once.
RECORD_NUMBER: policy no: 4471-99812-3 does not cover it
RECORD_NUMBER: hospital no. H1234567 responded within days
RECORD_NUMBER: Patient ID: 556-8821, best responder of the clinic.
RECORD_NUMBER: Medicare number 1EG4-TE5-MK73 was rejected twice.
RECORD_NUMBER: see file number 20/8831
RECORD_NUMBER: Account # 99120034 still waits for coverage.
RECORD_NUMBER: CHI number 0101550001, switched from warfarin
RECORD_NUMBER: Patient #3348127 has been on it since March.
PERSON_NAME: Mr. Thompson loves it.
PERSON_NAME: Mrs Patel takes it at night and sleeps well.
PERSON_NAME: I treat patient John Smith with 20 mg.
PERSON_NAME: My patient, Maria G., has been seizure free for a year.
PERSON_NAME: Ms. Nguyen-Harris switched in spring and is content.
PERSON_NAME: Ask Dr. Eleanor Whitfield, she has the most experience with it.
PERSON_NAME: Prof. Lindqvist taught me to start low.
PERSON_NAME: Pt J.S., 54 y, has done well.
PERSON_NAME: M.K. (62 years) responded in a week.
PERSON_NAME: Herr Schneider ist sehr zufrieden.
PERSON_NAME: Mme Dupont l'a bien supporté.
PERSON_NAME: Señora Morales takes it without problems.
PERSON_NAME: A patient named Robert had the best response I have seen.
PERSON_NAME: patient name: O'Brien, Sean; well controlled
PERSON_NAME: Name: Fatima Haddad. Pain gone in three days.
PERSON_NAME: Baby Jackson gained weight nicely on it.
PERSON_NAME: Her son Michael reminds her of every dose.
PERSON_NAME: Sister Agnes gives it at the convent every morning.
PERSON_NAME: MRS. WILLIAMSON IS VERY HAPPY WITH IT.
PERSON_NAME: mr johnson prefers the tablets
PERSON_NAME: Patient: Chen Wei, male. Good control on half a tablet.
PERSON_NAME: AB, 34F, migraine days down from 12 to 3.
PERSON_NAME: A lady called Margaret told everybody in the waiting room how well it works.
PERSON_NAME: The patient (Ivanova, Olga) is in remission.
AGE_OVER_89: My 94-year-old patient takes it without trouble.
AGE_OVER_89: Well tolerated at age 91.
AGE_OVER_89: 96 yo female, lowest dose, no falls.
AGE_OVER_89: She is 101 years old and thrives.
AGE_OVER_89: A gentleman aged 92 is on it since 2015.
AGE_OVER_89: a 95 y.o. man with good control
AGE_OVER_89: ninety-three-year-old lady, no trouble at all
AGE_OVER_89: 90F with AF, bleeding-free for three years
ADDRESS: She lives at 12 Elm Street and the nurse visits daily.
ADDRESS: Our clinic, 350 West Lincoln Avenue, has samples.
ADDRESS: Send forms to P.O. Box 4471.
ADDRESS: home visits at 221b Baker Street
ADDRESS: Patient of Hauptstraße 17, gets it delivered.
ADDRESS: The pharmacy at 9 rue des Lilas always has it.
ADDRESS: 18 Orchard Lane, second floor, delivery works.
ADDRESS: 4402 N. Sycamore Blvd is where the infusions are given.
ADVERSE_EVENT: My patient died of liver failure two months after starting.
ADVERSE_EVENT: One patient developed rhabdomyolysis.
ADVERSE_EVENT: I had to stop it in two patients because of hyponatraemia.
ADVERSE_EVENT: A 34-year-old woman had anaphylaxis after the first dose.
ADVERSE_EVENT: I have seen Stevens-Johnson syndrome with it once.
ADVERSE_EVENT: One case of agranulocytosis in my practice, never again.
ADVERSE_EVENT: She became suicidal in the second week.
ADVERSE_EVENT: He was hospitalised with a GI bleed on day 10.
ADVERSE_EVENT: It led to acute kidney injury in a man of 70.
ADVERSE_EVENT: A child born with a heart defect after exposure in the first trimester.
ADVERSE_EVENT: Ended up in the ICU with serotonin syndrome.
ADVERSE_EVENT: Had to stop because of severe rash and fever.
ADVERSE_EVENT: One of my patients was admitted because of it.
ADVERSE_EVENT: I lost a patient to a cerebral bleed on this.
ADVERSE_EVENT: Anaphylaxis after the second infusion, needed adrenaline.
ADVERSE_EVENT: My patient collapsed an hour after the injection and was resuscitated.
ADVERSE_EVENT: A young woman developed a pulmonary embolism three months in.
ADVERSE_EVENT: It caused a life-threatening arrhythmia in one of mine.
ADVERSE_EVENT: He has been disabled ever since, with irreversible neuropathy.
ADVERSE_EVENT: A patient took an overdose and was intubated.
ADVERSE_EVENT: Two patients of mine had seizures on it.
ADVERSE_EVENT: Her platelets fell to 9 within a week and she bled from the gums.
ADVERSE_EVENT: She had a miscarriage six weeks after starting.
ADVERSE_EVENT: An elderly man fell and broke his hip after the second tablet.
ADVERSE_EVENT: QTc went to 560 ms in one lady, then torsades.
ADVERSE_EVENT: I have had three patients with drug-induced hepatitis on it.
ADVERSE_EVENT: One of my diabetics went into ketoacidosis.
ADVERSE_EVENT: Rhabdomyolysis in a marathon runner, CK 60,000.
ADVERSE_EVENT: We discontinued it in a boy because of hallucinations.
ADVERSE_EVENT: Unfortunately a patient of ours had a stroke while on it.
ADVERSE_EVENT: This drug killed my patient.
ADVERSE_EVENT: My patient developed a mild itchy rash after three days.
ADVERSE_EVENT: A 60-year-old got such bad diarrhoea that he was dehydrated.
ADVERSE_EVENT: Patient experienced angioedema within hours.
ADVERSE_EVENT: She stopped it due to palpitations and tremor.
ADVERSE_EVENT: Several of my patients developed pancreatitis on it.
ADVERSE_EVENT: Osteonecrosis of the jaw in one woman after a tooth extraction.
ADVERSE_EVENT: We saw one fatal hepatotoxicity. Otherwise it works well.
ADVERSE_EVENT: One suicide attempt among my patients last year.
ADVERSE_EVENT: The infant had a neonatal withdrawal syndrome and spent two weeks in the NICU.
ADVERSE_EVENT: PML in a patient after 30 infusions.
ADVERSE_EVENT: Developed toxic epidermal necrolysis, survived after weeks on the burns unit.
ADVERSE_EVENT: He had a heart attack in the second month of therapy.
ADVERSE_EVENT: My own patient went blind in one eye.
ADVERSE_EVENT: Caused severe hypoglycaemia in a frail lady, found unconscious by her son.
ADVERSE_EVENT: pt hospitalized x2 w/ hyperkalemia
ADVERSE_EVENT PERSON_NAME: Mr. Olsen developed jaundice after a month.
ADVERSE_EVENT AGE_OVER_89: A 91-year-old woman died of a bleed within days.
PERSON_NAME PHONE: Mrs. Keller (555-0177) can tell you how well it works.
DATE_OF_BIRTH PERSON_NAME: Ms Abbott, born 2/2/1972, had a full remission.
EMAIL PERSON_NAME PHONE: Dr. Samuel Okafor, okafor@example.com, 202-555-0166
PERSON_NAME RECORD_NUMBER: Patient Anna Kowalski, MRN: 5582910, is stable.
EMAIL: Ping me if you want the spreadsheet, tomasz.w@pulmo.example.pl
EMAIL: ask for the protocol under infusion_unit (at) stmarys.example (dot) org
PHONE: The specialty pharmacy picks up at 646-555-0119 even on Sundays.
PHONE: Patient support: 0808 157 0192, free of charge.
PHONE: +1.305.555.0184 is my direct line.
PHONE: his wife's mobile is 07700 900 982
PHONE: Dial 08 7225 9912 for the nurse.
DATE_OF_BIRTH: Woman born 30.6.1987 with lupus, no flare on it.
DATE_OF_BIRTH: DOB: Sept 2nd 1939; doing fine on alternate days
DATE_OF_BIRTH: My patient was started on 12 March 2021 and is still in remission.
RECORD_NUMBER: Hosp no 7741209, worth looking at her curve.
RECORD_NUMBER: Medicaid ID 4410029931 was declined.
RECORD_NUMBER: Ref. AB/2231/09, letter attached, insurer gave in.
RECORD_NUMBER: The appeal (case #20240117) took five months.
PERSON_NAME: Mrs. H. from ward 3 finally sleeps.
PERSON_NAME: Dr Kowalczyk on our ward swears by it.
PERSON_NAME: Ahmed, my first patient on it, plays football again.
PERSON_NAME: patient Rosa Delgado swears it saved her marriage
PERSON_NAME: Her daughter Ingrid crushes the tablets.
PERSON_NAME: T.W., 39F, relapse free for 30 months
AGE_OVER_89: 98 yr old farmer, still drives his tractor on it.
AGE_OVER_89: My eldest on this is 96.
ADDRESS: Infusions at 1500 Harbor View Drive, parking is free.
ADDRESS: delivered to Lindenstraße 44 every month
ADVERSE_EVENT: Saw one Steven Johnson, that was enough for me.
ADVERSE_EVENT: A student of 19 hanged himself three weeks in.
ADVERSE_EVENT: 71-year-old, third dose, perforated diverticulum, colostomy.
ADVERSE_EVENT: Our first patient arrested during the infusion.
ADVERSE_EVENT: My aunt's neighbour had hives all over from it, I saw her myself in clinic.
ADVERSE_EVENT: He lost his hearing on one side and it has not come back.
ADVERSE_EVENT: In one pregnancy exposed to it the child had spina bifida.
ADVERSE_EVENT: Two women with clots in the leg within half a year.
ADVERSE_EVENT: Patient passed out at the wheel, wrote off the car, luckily unhurt.
ADVERSE_EVENT: ANC of 200 on day 12 in my last patient, febrile, two weeks of antibiotics.
ADVERSE_EVENT: A lady of 66 stopped breathing after I added it to her opioid.
ADVERSE_EVENT: One of ours needed a liver transplant.
ADVERSE_EVENT: Nothing but trouble: a diabetic foot amputation in a man who had never had an ulcer.
ADVERSE_EVENT: She got so depressed on it that her husband called the police.
ADVERSE_EVENT: Acute angle closure in a woman of 58 the evening after the first tablet.
ADVERSE_EVENT: My patient vomited for two days and had to be rehydrated.
""")
"""Comments with something that a person has to look at, and what."""

MUST_PASS = (
    *(
        text
        for _, text in read_table("""
-: Nausea is common in the first two weeks, then it passes.
-: Watch the potassium.
-: Start at 0.5-1 mg and go up slowly.
-: In 10/12 patients the response was complete.
-: NCT01234567 convinced me.
-: HbA1c 7.5-8.0 before, 6.4-6.9 after three months.
-: Used from 2019-2021 as second line, now first.
-: Works well in type 2 diabetes, less so in type 1.
-: Remarkably effective in Crohn's disease.
-: I prefer it in Parkinson's disease with tremor.
-: Dose 5 mg/kg at weeks 0, 2 and 6, then every 8 weeks.
-: BP 150/95 down to 128/82 within a month in most.
-: Creatinine rises 10-20 % at first; that is expected.
-: ICD-10 code M05.79 is what the insurer wants.
-: NDC 00093-7146-01 is the only one covered here.
-: Good in patients over 65 if started low.
-: Not above 80 years without an ECG.
-: Adults aged 18-65 do best.
-: I check CK only when they have muscle pain.
-: Rhabdomyolysis is rare; I warn about muscle pain and dark urine.
-: The boxed warning on suicidal thoughts in young adults has to be discussed.
-: Risk of agranulocytosis means weekly blood counts for 18 weeks.
-: Watch for angioedema, mostly in the first weeks.
-: I have never seen anaphylaxis with it.
-: No deaths, no admissions, nothing serious in ten years.
-: Reduces hospitalisations for heart failure.
-: Lowers cardiovascular mortality, which few drugs do.
-: Prevents strokes in atrial fibrillation better than aspirin.
-: Effective for suicidal ideation in bipolar depression.
-: First line for anaphylaxis, every practice should have it.
-: Contraindicated in patients with previous Stevens-Johnson syndrome.
-: Avoid with a history of pancreatitis or gallstones.
-: Patients admitted with decompensated heart failure do well on it.
-: Dry cough in about one in ten; then I switch.
-: Many stop because of the taste.
-: Weight gain and sedation limit it in young women.
-: Dizziness when getting up, so I have them take it at bedtime.
-: The study of 4,444 patients settled the question for me.
-: PARADIGM-HF and DAPA-HF changed my practice.
-: In the CANTOS trial the effect was modest.
-: Better than placebo with a number needed to treat of 8.
-: 300 mg at week 0, 150 mg at weeks 2, 4, 6, 8 and 12.
-: TSH 0.5-2.5 is my target.
-: INR 2.0-3.0 is hard to reach with it.
-: eGFR 30-45: half the dose. Below 30: stop.
-: 1,200-1,800 mg per day in three doses.
-: LDL went from 190 to 70 mg/dL in eight weeks.
-: 100 mg twice daily, 200 mg if needed, never 400.
-: Costs $1,250.00 per month without insurance.
-: The copay card brings it to $5-10 per month.
-: Cost: 12 000 euros per year.
-: Since 01/2020 it is on our formulary.
-: Approved on 14 March 2019, reimbursed here since 2021-06-01.
-: In stock again since 3 May 2023.
-: The shortage of 2022/2023 was a nightmare.
-: A solid drug for Graves' disease.
-: Wilson's disease: start slowly.
-: St. John's wort interacts with it.
-: Von Willebrand patients need more.
-: Works for Lewy body dementia, which is rare.
-: Good for Hodgkin lymphoma in combination.
-: Child-Pugh A and B only.
-: The Naranjo score helps to judge reactions.
-: Patients love the once daily dosing.
-: Patient satisfaction is high.
-: Patient Health Questionnaire scores halve in six weeks.
-: Patients With renal failure need half the dose.
-: My patients with Type 2 Diabetes prefer tablets.
-: My patients say it changed their lives.
-: Medicare Part D covers it after step therapy.
-: Blue Cross denies it every time.
-: Kaiser covers it without questions.
-: NHS tariff price is low.
-: NICE recommends it after two failures.
-: FDA and EMA labels differ on the dose in children.
-: Available at Walgreens and CVS, not at small pharmacies.
-: I learned it in Boston, and it works in Madrid too.
-: German guidelines put it third, I put it first.
-: Mount Sinai protocol: 2 mg/h for 6 hours.
-: Great drug!
-: ok
-: No.
-: It just works.
-: Works, but expensive.
-: My go-to in acute gout with a GFR above 60.
-: Oral bioavailability of 60-70 %, half-life 12-15 h.
-: Peak at 2-3 h, gone after 24.
-: PHQ-9 from 18 to 6, GAD-7 from 15 to 5 on average.
-: Baseline ECG, then at 4 and 12 weeks; stop if QTc exceeds 500 ms.
-: Liver enzymes monthly for six months.
-: Some hair loss, reversible.
-: Headache for a few days is usual.
-: Injection site reactions are frequent but trivial.
-: Patients complain about constipation, so I add macrogol.
-: Sexual dysfunction is the main reason why people stop.
-: Can cause hyponatraemia in old age, so check sodium after two weeks.
-: May lead to hypotension when combined with nitrates.
-: If a rash develops, stop at once.
-: Should anaphylaxis occur, treat as usual.
-: Stop it if the patient develops jaundice.
-: Counsel women about birth defects and contraception.
-: Teratogenic: contraception is a must.
-: Bleeding is less than with warfarin.
-: Fewer falls than with benzodiazepines in my older patients.
-: Fewer patients died in the treatment arm.
-: In the trial 3 % died, against 7 % on placebo.
-: Overdose is dangerous, so I prescribe small packs.
-: Safe in overdose, unlike the older ones.
-: Less hypoglycaemia than with sulfonylureas.
-: I give it to patients after a heart attack for at least a year.
-: After a stroke I start it on day 3.
-: For patients with epilepsy who had seizures on other drugs it is a good choice.
-: Her psoriasis cleared within eight weeks.
-: One patient of mine went into remission within four weeks.
-: A 54-year-old man with severe disease is now symptom free.
-: My oldest patient is 88 and does well.
-: An 8-year-old with asthma needs a spacer.
-: She had tried everything; this worked.
-: He had failed methotrexate and got better on this.
-: I have a woman of 45 who has been stable for years.
-: Tolerated well by children 6-11 years of age.
-: 20/25 responded, 3/25 partly, 2/25 not at all.
-: Two tablets at 8, 14 and 20 h.
-: Ranges of 3.5-5.1 mmol/L for potassium are fine.
-: WBC 4,500-11,000 before each cycle.
-: Vitamin B12 1000 mcg monthly.
-: 25-hydroxyvitamin D 30-50 ng/mL.
-: CHA2DS2-VASc of 2 or more: I anticoagulate.
-: HER2 positive disease: 8 mg/kg then 6 mg/kg every 21 days.
-: CD4 above 200, viral load under 50 copies in 95 % of mine.
-: Use 7-10 days, not 14.
-: 30 tablets last 90 days with my schedule.
-: ATC code C09AA05, same class as the others.
-: CYP3A4 and CYP2D6 interactions are the main issue.
-: rs1799853 carriers need half the dose.
-: DOI 10.1056/NEJMoa1409077 is worth reading.
-: PMID 25176015 has the data.
-: See https://www.nice.org.uk/guidance/ng136 for the algorithm.
-: EudraCT 2015-001234-56 was our trial.
-: ISRCTN12345678 is still recruiting.
-: Lot-to-lot differences are small.
-: Mr is not needed; the MR tablets do the job.
-: MS patients like it, RA patients less so.
-: Dr's orders are followed when the pill is once daily.
-: The pills look like those of another drug: mix-ups are possible.
-: Two thirds respond. The rest need a biologic.
-: Not my first choice, but in frail people it is the safest.
-: Easier to get than two years ago. Still needs forms.
-: Insurers ask for two failures before they pay.
-: Adherence is poor as the inhaler is hard to use.
-: In my experience with 200+ patients, 90 % stay on it at one year.
-: About 95 of 100 tolerate it.
-: In 96 weeks we had no relapse.
-: 92 % adherence after one year.
-: Target heart rate 60-100 at rest, under 110 is fine too.
-: Road trips are easier with long-acting forms.
-: Long way to go before it is affordable.
-: First drive after 24 hours at the earliest.
-: Take 2 St. Joseph aspirins is what they did before.
-: Thyroid function at 3, 6 and 12 months.
-: A Friday start works best for those who work.
-: Dose every 12 h; missing one matters.
-: Monitor for depression and mood changes.
-: Side effects made several switch, but nothing dangerous.
-: A few had to stop because of nausea, most adapt.
-: Patients with G6PD deficiency must not have it.
-: Switching from brand to generic made no difference in 40 patients.
-: I would take it myself.
-: Neutropenia is dose dependent, so FBC before each cycle and G-CSF if below 1.0.
-: Once they are past the first month they stay on it for years.
-: Every second patient of mine asks for it by name.
-: Bruising is frequent, true bleeds are not.
-: I tell parents that the rash of the virus is not an allergy to the drug.
-: Patients who came in with psychosis settled in 3-5 days.
-: A woman of 70 told me it gave her her life back.
-: My hypertensive patients hardly notice that they take it.
-: Used after myocardial infarction with EF < 40 %, as in the guideline.
-: Fractures are prevented, T-scores go up by 0.5-0.8 in two years.
-: With 2.5-5-7.5-10 mg strengths the titration is easy.
-: 120-240-360 mg, pick what the pulse allows.
-: Approx. 1 000 000 units daily, split in two.
-: Reimbursed under code J1745 since 04/2022.
-: GOLD 2023 moved it up for eosinophils above 300.
-: Lyme disease: 21 days are plenty.
-: Cushing looks after months of it, of course.
-: Guillain and Barre would be pleased, five days of 0.4 g/kg.
-: Asthma control test from 12 to 21 points.
-: Take it at 7 and 19 h, with 200-250 mL of water.
-: Nobody died of waiting a week for the approval, yet it annoys.
-: One of my patients cannot afford it, the rest can.
-: My patients with cancer pain sleep again.
-: Falls asleep within 20 minutes, wakes up without hangover.
-: I would not use it in anyone who has fainted before.
-: Loading dose of 600-800 mg, then 400 mg from day 2.
-: The patient leaflet is scary and long.
-: Patient on dialysis? Give it after the session.
-: Stop before conception; the washout takes 3 months.
-: Hair loss bothers women more than the flushes did.
-: Two of my patients needed a higher dose in winter.
-: He was sceptical, now he is happy. 3 out of 4 points on the pain scale.
-: In a child with croup one dose is enough.
-: Quicker than oral iron: Hb up by 2 g in 3-4 weeks.
-: Serum sodium 125-130: go slow, 8 mmol/L per day at most.
-: Addison patients need to know the sick day rules.
-: May, June and July are when they need it, for pollen.
-: Will be off patent in December 2026.
-: We keep it in room 12, next to the defibrillator.
-: For 90 days at least, better 180.
-: A 54-year-old man with colitis did well on it.
-: A woman of 40 with migraine has one attack a month instead of ten.
-: One patient with a stroke ten years ago takes it without trouble.
-: She was depressed for years and got better on this within a month.
-: A child with pneumonia was well again after five days.
-: His heart failure is under control.
-: My patient with heart block and a pacemaker had no trouble.
-: I gave it to a man with lymphoma, complete remission.
""")
    ),
    "Helps with pain.\nDose: 2 x 50 mg.\n\nCheck renal function 1-2 times a year.",
    "Pros:\n- cheap\n- once daily\n\nCons:\n- 10 % cough\n- needs labs at 2, 4 and 12 weeks",
)
"""Remarks of physicians that name nobody and report no event in a patient."""
