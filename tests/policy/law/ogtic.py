"""S3: OGTIC, technical support and changes."""

from tests.policy.law import Law, both, h, told

LAW: Law = {
    "S3-01": {"channels.mail": {"label": {"es": "Correo de soporte"}, "direction": "both"}},
    "S3-02": {
        "channels.phone_in": {
            "label": {"es": "Línea directa"},
            "direction": "in",
            "for_critical": True,
        }
    },
    "S3-03": {
        "channels.chat.direction": "both",
        "plans.ogtic.channels.intake": ["mail", "phone_in", "chat"],
    },
    "S3-04": {
        "countries.DO.zone": "America/Santo_Domingo",
        "plans.ogtic": {
            "always": False,
            "holidays": "DO",
            "hours": {"DO": both("08:00-16:00")},
            "clause": "horarios de atención",
        },
    },
    "S3-05": {
        "out_of_hours": {
            "tells": ["opens", "channels", "expected"],
            "channels": ["phone_in", "mail"],
            "ask_critical": True,
            "clause": "horarios de atención",
        }
    },
    "S3-06": {
        "plans.ogtic.response.critico": h(4),
        "priorities.critico": {"label": "Incidentes críticos", "rank": 0},
        "typologies.critico-plataforma-caida.priority": "critico",
        "matrix.high.high": {"label": "Crítico", "severity": 1, "priority": "critico"},
    },
    "S3-07": {
        "plans.ogtic.response.mayor": h(8),
        "priorities.mayor": {"label": "Incidentes mayores", "rank": 1},
        "typologies.mayor-falla.priority": "mayor",
        "typologies.mayor-acceso.priority": "mayor",
        "matrix.medium.medium": {"label": "Mayor", "severity": 2, "priority": "mayor"},
    },
    "S3-08": {
        "plans.ogtic.response.consulta": h(48),
        "priorities.consulta": {"label": "Consultas generales", "rank": 2},
        "typologies.consulta-general.priority": "consulta",
        "typologies.cambio-plataforma": {"priority": "consulta", "kind": "request"},
        "rules.every-request-answered": told("tiempos de respuesta", "enforced"),
    },
    "S3-09": {
        "datings.resolution.clause": "tiempos de respuesta",
        "rules.answers-not-solutions": told("tiempos de respuesta"),
    },
    "S3-10": {"change.fields.descripcion": {"label": {"es": "Cambio solicitado"}, "kind": "text"}},
    "S3-11": {
        "change.fields.justificacion": {
            "label": {"es": "Justificación y beneficios"},
            "kind": "text",
        }
    },
    "S3-12": {"change.fields.impacto": {"label": {"es": "Impacto en otras áreas"}, "kind": "text"}},
    "S3-13": {
        "change.fields.prioridad": {
            "label": {"es": "Prioridad del cambio"},
            "kind": "priority",
        }
    },
    "S3-14": {
        "change": {"typologies": ["cambio-plataforma"], "clause": "solicitudes de cambio"},
        "change.outside_catalogue": False,
    },
    "S3-15": {"change.criteria.alineacion.label.es": "Alineación con los objetivos"},
    "S3-16": {"change.criteria.funcionalidad.label.es": "Impacto en la funcionalidad"},
    "S3-17": {"change.criteria.costo-beneficio.label.es": "Costo y beneficio"},
    "S3-18": {"change.criteria.prioridad.label.es": "Prioridad y urgencia"},
    "S3-19": {"change.criteria.viabilidad.label.es": "Viabilidad técnica"},
    "S3-20": {
        "change.outcomes.approved.label.es": "Aprobado",
        "change.outcomes.rejected.label.es": "Rechazado",
        "change.outcomes.more_information.label.es": "Se requiere más información",
    },
    "S3-21": {
        "change.stages.planificacion": {"label": {"es": "Planificación"}, "after_approval_of": []}
    },
    "S3-22": {"change.stages.desarrollo": {"label": {"es": "Desarrollo"}, "after_approval_of": []}},
    "S3-23": {"change.stages.pruebas": {"label": {"es": "Pruebas"}, "after_approval_of": []}},
    "S3-24": {
        "change.stages.produccion": {
            "label": {"es": "Implementación en producción"},
            "after_approval_of": ["pruebas"],
        }
    },
    "S3-25": {
        "change.stages.verificacion": {"label": {"es": "Verificación"}, "after_approval_of": []}
    },
    "S3-26": {
        "change.stages.comunicacion": {"label": {"es": "Comunicación"}, "after_approval_of": []}
    },
}

# S3-21..26: the order is the law.
STAGES = ["planificacion", "desarrollo", "pruebas", "produccion", "verificacion", "comunicacion"]
FIELDS = ["descripcion", "justificacion", "impacto", "prioridad"]
CRITERIA = ["alineacion", "funcionalidad", "costo-beneficio", "prioridad", "viabilidad"]
