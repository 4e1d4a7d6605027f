"""D1 to D22: what the documents leave open, as each pack settles it."""

from tests.policy.law import Law, h, told

DAY_AND_THREE = {"remind_after": h(24), "close_after": h(72), "close_undelivered": False}
SILENCE: Law = {"D7": {"closing": DAY_AND_THREE}, "D20": {"closing": DAY_AND_THREE}}
LATELY: Law = {"D21": {"follow_up.within": 14 * h(24)}}

DECISIONS: dict[str, Law] = {
    "imexhs": {
        **SILENCE,
        "D1": {
            "matrix.decides": "catalogue",
            "matrix.raise_when": {"impact": "high", "urgency": "high"},
            "matrix.high.high": {"severity": 1, "priority": "alta"},
            "matrix.high.medium": {"severity": 2, "priority": "media"},
            "matrix.low.low": {"severity": 3, "priority": "baja"},
        },
        "D5": {
            "entitlement.invoice.days": 15,
            "reactivation": {"within": h(24), "open": ["mon-fri 08:00-17:00"], "holidays": "CO"},
        },
        "D6": {"misuse.remembers": True},
        "D8": {"closing": DAY_AND_THREE},
        "D11": {
            "papers.scope-charge": {"blocks": False, "charge": "hours"},
            "papers.chargeable-work": {"blocks": True, "needs": ["quote"]},
        },
        "D12": {
            "desk.chat_follow_up_for_all": False,
            "plans.bronce.channels": {
                "intake": ["chat", "portal"],
                "follow_up": ["portal", "phone_out", "mail"],
            },
        },
        "D13": {
            "typologies.mwl-agregar-equipo.category": "lista-de-trabajo",
            "typologies.pacs-imagenes-incorrectas": {"category": "pacs", "priority": "baja"},
        },
        "D14": {"rules.excluded-use": told("sección 2", "enforced")},
        "D19": {"rules.clock-starts-complete": told("7.1", "enforced")},
        "D10": {"asked.remind_after": h(24)},
        "D21": {
            "desk.reopen_within": 0,
            "follow_up.within": 14 * h(24),
            "rules.new-round": told("5.9", "enforced"),
        },
        "D22": {"entitlement.invoice.clause": "2.1.2"},
    },
    "sgm": {**LATELY, "D8": {"closing": DAY_AND_THREE, "plans.sgm.always": True}},
    "generic": {
        **SILENCE,
        **LATELY,
        "D18": {"attention.promises": False, "plans.general.response": {}},
    },
    "ogtic": {
        **SILENCE,
        **LATELY,
        "D9": {"plans.ogtic.holidays": "DO", "desk.zone": "America/Santo_Domingo"},
    },
    "contractor": {
        **SILENCE,
        **LATELY,
        "D17": {
            "services.programado": {"network_notice": 7 * h(24), "exception": False},
            "services.falla-intempestiva": {"network_notice": 0, "exception": True},
        },
    },
}
