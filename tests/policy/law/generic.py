"""S2: a provider's policy without figures."""

from tests.policy.law import Law, told

QUOTE = ["quote", "person"]
QUOTE_OR_NEW = ["quote", "new", "person"]

LAW: Law = {
    "S2-01": {"rules.scope": told("1", "enforced")},
    "S2-02": {
        "typologies.critico-servicio-caido": {"priority": "critico", "kind": "incident"},
        "typologies.falla-servicio": {
            "label": "Fallos o errores del servicio",
            "priority": "moderado",
            "kind": "incident",
        },
        "typologies.orientacion-uso": {
            "label": "Orientación sobre uso básico",
            "priority": "consulta",
            "kind": "incident",
        },
        "typologies.ajuste-menor": {
            "label": "Ajustes técnicos menores según el plan",
            "priority": "consulta",
            "kind": "request",
        },
        "typologies.restaurar-copia": {
            "label": "Restauración de copias de seguridad disponibles",
            "kind": "request",
            "priority": "moderado",
        },
    },
    "S2-03": {
        "channels.mail.label.es": "Correo electrónico",
        "channels.portal.label.es": "Plataforma o mesa de soporte",
        "channels.chat.label.es": "Chat o mensajería",
        "channels.video": {
            "when": {"es": "Se pide en el caso y depende de la disponibilidad"},
            "direction": "both",
        },
    },
    "S2-04": {"plans.general": {"always": True, "hours": {}, "clause": "3"}},
    "S2-05": {
        "priorities.critico": {"label": "Incidentes críticos", "rank": 0},
        "attention.turns.critico": {
            "first": True,
            "estimate": None,
            "clause": "4.a",
            "says": {"es": "con prioridad, antes que los demás"},
        },
    },
    "S2-06": {
        "priorities.moderado": {"label": "Fallos o errores moderados", "rank": 1},
        "attention.turns.moderado": {
            "first": False,
            "estimate": None,
            "says": {"es": "en un plazo razonable"},
        },
    },
    "S2-07": {
        "priorities.consulta": {"label": "Consultas generales", "rank": 2},
        "attention.turns.consulta": {"first": False, "says": {"es": "en orden de llegada"}},
        "attention.order": "arrival",
    },
    "S2-08": {
        "attention": {"promises": False, "order": "arrival"},
        "plans.general.response": {},
        "datings.resolution.clause": "4",
        "rules.estimates": told("4"),
    },
    "S2-09": {
        "out_of_scope.development": {"code": "5-A", "clause": "5.a"},
        "out_of_scope.advanced_design": {"code": "5-B", "clause": "5.b"},
        "out_of_scope.own_use": {"code": "5-C", "clause": "5.c"},
        "out_of_scope.third_party": {"code": "5-D", "clause": "5.d"},
        "out_of_scope.migration": {"code": "5-E", "clause": "5.e"},
    },
    "S2-10": {
        "out_of_scope.development.instead": QUOTE,
        "out_of_scope.advanced_design.instead": QUOTE,
        "out_of_scope.own_use.instead": QUOTE_OR_NEW,
        "out_of_scope.third_party.instead": QUOTE_OR_NEW,
        "out_of_scope.migration.instead": QUOTE,
        "papers.separate-quote": {
            "kind": "quote",
            "trigger": "exclusion",
            "blocks": True,
            "needs": ["quote"],
            "exclusions": [
                *("development", "advanced_design", "own_use", "third_party", "migration"),
            ],
            "charge": "quoted",
        },
    },
    "S2-11": {"rules.user-duties": told("6")},
    "S2-12": {"rules.no-secrets": told("6", "enforced")},
    "S2-13": {"rules.official-channels": told("7", "enforced")},
    "S2-14": {"rules.documented": told("7", "enforced")},
    "S2-15": {"rules.reasonable-measures": told("7", "enforced"), "ladder.3.direct": True},
    "S2-16": {"rules.progress-told": told("7", "enforced"), "closing.clause": "7"},
    "S2-17": {"papers.no-liability": {"kind": "notice", "trigger": "finding", "clause": "8"}},
    "S2-18": {"papers.settings-changed": {"kind": "notice", "blocks": False, "clause": "8"}},
    "S2-19": {"rules.policy-changes": told("9")},
    "S2-20": {"source": {"needs_update_date": True, "clause": "10"}},
}
