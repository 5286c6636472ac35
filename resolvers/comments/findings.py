"""What the screening of a comment can find.

The identifiers are those of the Safe Harbor method of de-identification under HIPAA, 45 CFR 164.514(b)(2)(i)(A) to (R),
as far as they can be found in free text; which are left out is said in docs/decisions/0021-screening-of-comments.md.
"""

EMAIL = "EMAIL"
PHONE = "PHONE"
DATE_OF_BIRTH = "DATE_OF_BIRTH"
RECORD_NUMBER = "RECORD_NUMBER"
PERSON_NAME = "PERSON_NAME"
AGE_OVER_89 = "AGE_OVER_89"
ADDRESS = "ADDRESS"
ADVERSE_EVENT = "ADVERSE_EVENT"

DESCRIPTIONS = {
    EMAIL: "An e-mail address (F).",
    PHONE: "A telephone or fax number (D, E).",
    DATE_OF_BIRTH: "A full date that may be a patient's date of birth, or of something that happened to them (C).",
    RECORD_NUMBER: "The number of a record, an insurance, an account, a licence or a device (G to K, M).",
    PERSON_NAME: "What may be a person's name, or initials with an age (A).",
    AGE_OVER_89: "An age above 89 years (C).",
    ADDRESS: "A postal address (B).",
    ADVERSE_EVENT: "A possible adverse event in a patient (21 CFR 314.80, ICH E2D).",
}
"""Each finding, with the letter of the identifier in 45 CFR 164.514(b)(2)(i)."""
