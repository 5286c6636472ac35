"""How common the specialties are, what they mostly rate and where they work."""

from typing import NamedTuple


class SpecialtyProfile(NamedTuple):
    """One specialty.

    `weight` is roughly its share in a thousand practising physicians. `fields` are the fields of medicine (see
    `fields.STEMS_BY_FIELD`) that most of its ratings come from; none means that it rates as everybody does.
    `setting` names the place of work in a remark.
    """

    weight: float
    fields: tuple[str, ...] = ()
    setting: str = "in my practice"


_EVERYDAY = (
    "cardiovascular",
    "endocrinology",
    "rheumatology",
    "respiratory",
    "gastroenterology",
    "kidney and urology",
    "psychiatry",
    "allergy and throat",
    "pain and anaesthesia",
    "sleep and addiction",
)
_CANCER = ("oncology", "haematology")
_HEART = ("cardiovascular", "haematology")
_SURGERY = ("pain and anaesthesia", "infection", "gastroenterology")
_JOINTS = ("rheumatology", "pain and anaesthesia")

PROFILES = {
    "Internal Medicine": SpecialtyProfile(135, _EVERYDAY, "in our internal medicine clinic"),
    "Family Practice": SpecialtyProfile(125, (*_EVERYDAY, "skin", "women's health"), "in family practice"),
    "Pediatric Medicine": SpecialtyProfile(
        65, ("infection", "respiratory", "allergy and throat", "skin"), "in our paediatric clinic"
    ),
    "Psychiatry": SpecialtyProfile(55, ("psychiatry", "sleep and addiction"), "in our psychiatric outpatient clinic"),
    "Emergency Medicine": SpecialtyProfile(
        45, ("pain and anaesthesia", "infection", "cardiovascular", "toxicology"), "in our emergency department"
    ),
    "Obstetrics & Gynecology": SpecialtyProfile(45, ("women's health", "infection"), "in our women's clinic"),
    "Anesthesiology": SpecialtyProfile(40, ("pain and anaesthesia",), "around surgery"),
    "Hospitalist": SpecialtyProfile(38, (*_EVERYDAY, "infection", "haematology"), "on our medical ward"),
    "Cardiovascular Disease (Cardiology)": SpecialtyProfile(34, _HEART, "in our cardiology clinic"),
    "General Practice": SpecialtyProfile(30, (*_EVERYDAY, "skin"), "in general practice"),
    "General Surgery": SpecialtyProfile(26, _SURGERY, "on our surgical ward"),
    "Diagnostic Radiology": SpecialtyProfile(22, ("diagnostics",), "in our imaging department"),
    "Orthopedic Surgery": SpecialtyProfile(22, _JOINTS, "in our orthopaedic clinic"),
    "Neurology": SpecialtyProfile(21, ("neurology",), "in our neurology clinic"),
    "Gastroenterology": SpecialtyProfile(20, ("gastroenterology",), "in our gastroenterology clinic"),
    "Ophthalmology": SpecialtyProfile(20, ("eye",), "in our eye clinic"),
    "Dermatology": SpecialtyProfile(18, ("skin",), "in our dermatology clinic"),
    "Pulmonary Disease": SpecialtyProfile(15, ("respiratory",), "in our chest clinic"),
    "Hematology-Oncology": SpecialtyProfile(15, _CANCER, "on our cancer ward"),
    "Nephrology": SpecialtyProfile(13, ("kidney and urology",), "in our kidney clinic"),
    "Critical Care (Intensivists)": SpecialtyProfile(
        13, ("infection", "cardiovascular", "pain and anaesthesia"), "in intensive care"
    ),
    "Pathology": SpecialtyProfile(11),
    "Infectious Disease": SpecialtyProfile(12, ("infection",), "on our infectious disease ward"),
    "Endocrinology": SpecialtyProfile(12, ("endocrinology",), "in our endocrine clinic"),
    "Urology": SpecialtyProfile(12, ("kidney and urology",), "in our urology clinic"),
    "Otolaryngology": SpecialtyProfile(11, ("allergy and throat",), "in our ear, nose and throat clinic"),
    "Rheumatology": SpecialtyProfile(11, ("rheumatology",), "in our rheumatology clinic"),
    "Physical Medicine and Rehabilitation": SpecialtyProfile(10, (*_JOINTS, "neurology"), "on our rehabilitation ward"),
    "Medical Oncology": SpecialtyProfile(10, ("oncology",), "in our oncology clinic"),
    "Geriatric Medicine": SpecialtyProfile(9, (*_EVERYDAY, "neurology"), "on our geriatric ward"),
    "Allergy/Immunology": SpecialtyProfile(8, ("allergy and throat", "respiratory"), "in our allergy clinic"),
    "Pain Management": SpecialtyProfile(7, (*_JOINTS, "neurology"), "in our pain clinic"),
    "Neurosurgery": SpecialtyProfile(6, ("neurology", "pain and anaesthesia"), "on our neurosurgical ward"),
    "Plastic and Reconstructive Surgery": SpecialtyProfile(6, ("skin", "pain and anaesthesia"), "on our surgical ward"),
    "Preventive Medicine": SpecialtyProfile(6, ("cardiovascular", "infection"), "in preventive care"),
    "Interventional Cardiology": SpecialtyProfile(6, _HEART, "around cardiac procedures"),
    "Radiation Oncology": SpecialtyProfile(5, ("oncology", "diagnostics"), "in our oncology clinic"),
    "Hematology": SpecialtyProfile(5, _CANCER, "in our haematology clinic"),
    "Vascular Surgery": SpecialtyProfile(5, _HEART, "on our vascular ward"),
    "Interventional Pain Management": SpecialtyProfile(4, _JOINTS, "in our pain clinic"),
    "Osteopathic Manipulative Medicine": SpecialtyProfile(4, (*_JOINTS, "neurology")),
    "Interventional Radiology": SpecialtyProfile(4, ("diagnostics", "pain and anaesthesia"), "around procedures"),
    "Hospice and Palliative Care": SpecialtyProfile(
        4, ("pain and anaesthesia", "oncology", "gastroenterology"), "in palliative care"
    ),
    "Sports Medicine": SpecialtyProfile(4, _JOINTS, "in our sports clinic"),
    "Thoracic Surgery": SpecialtyProfile(4, ("respiratory", "oncology"), "on our surgical ward"),
    "Geriatric Psychiatry": SpecialtyProfile(3, ("psychiatry", "neurology"), "in our memory clinic"),
    "Colorectal Surgery (Proctology)": SpecialtyProfile(3, ("gastroenterology",), "on our surgical ward"),
    "Addiction Medicine": SpecialtyProfile(3, ("sleep and addiction", "psychiatry"), "in our addiction clinic"),
    "Cardiac Surgery": SpecialtyProfile(3, _HEART, "on our cardiac ward"),
    "Surgical Oncology": SpecialtyProfile(3, ("oncology",), "on our cancer ward"),
    "Gynecological Oncology": SpecialtyProfile(3, ("oncology", "women's health"), "on our cancer ward"),
    "Sleep Medicine": SpecialtyProfile(3, ("sleep and addiction", "respiratory", "neurology"), "in our sleep clinic"),
    "Nuclear Medicine": SpecialtyProfile(2, ("diagnostics", "oncology"), "in our imaging department"),
    "Hand Surgery": SpecialtyProfile(2, _JOINTS, "in our hand clinic"),
    "Maxillofacial Surgery": SpecialtyProfile(2, ("pain and anaesthesia", "infection"), "on our surgical ward"),
    "Neuropsychiatry": SpecialtyProfile(2, ("neurology", "psychiatry"), "in our memory clinic"),
    "Peripheral Vascular Disease": SpecialtyProfile(2, _HEART, "in our vascular clinic"),
    "Advanced Heart Failure and Transplant Cardiology": SpecialtyProfile(2, _HEART, "in our heart failure clinic"),
    "Medical Toxicology": SpecialtyProfile(1, ("toxicology", "psychiatry"), "on our toxicology service"),
}
"""The catalogue's specialties, the most common first."""

UNKNOWN_SPECIALTY = SpecialtyProfile(1)
"""Stands for any specialty that another catalogue may have."""


def profile_of(specialty: str) -> SpecialtyProfile:
    """The profile of a specialty by its name in the catalogue."""
    return PROFILES.get(specialty, UNKNOWN_SPECIALTY)
