"""S4: support by outside contractors, Pr-PGST-SIS-2 version 4.0."""

from typing import Any

from tests.policy.law import Law, h


def step(number: int, records: list[str], **more: object) -> dict[str, Any]:
    """An activity of section 5: the executor and the area are the same on every one.

    What is not said of a step does not hold of it.
    """
    never = dict.fromkeys(("all_records", "yearly", "external_reference", "ends"), False)
    return {
        **never,
        "states": [],
        "number": number,
        "executor": "Profesional especializado",
        "area": "Oficina de Planeación - Sistemas",
        "records": records,
        "clause": f"5, actividad {number}",
        **more,
    }


ACTIVITIES = {
    "programme": step(1, ["minutes"], yearly=True),
    "request": step(
        2,
        ["mail", "provider_system"],
        all_records=True,
        states=["service", "priority"],
        external_reference=True,
    ),
    "schedule": step(3, ["calendar"]),
    "announce": step(4, ["mail"]),
    "verify": step(5, ["minutes", "mail"], ends=True),
}

LAW: Law = {
    "S4-01": {"activities.programme": ACTIVITIES["programme"]},
    "S4-02": {
        "services.programado.label.es": "Servicio programado",
        "services.falla-intempestiva.label.es": "Falla intempestiva",
        "services.programado.typologies": ["servicio-programado", "servicio-programado-red"],
        "services.falla-intempestiva.typologies": ["falla-intempestiva", "falla-red"],
        "typologies.servicio-programado": {"kind": "request", "label": "Servicio programado"},
        "typologies.falla-intempestiva": {
            "kind": "incident",
            "label": "Servicio requerido por falla intempestiva",
        },
    },
    "S4-03": {"activities.request.states": ["service", "priority"]},
    "S4-04": {"activities.request": ACTIVITIES["request"]},
    "S4-05": {"activities.schedule": ACTIVITIES["schedule"]},
    "S4-06": {
        "activities.announce": ACTIVITIES["announce"],
        "services.programado": {
            "network_notice": 7 * h(24),
            "exception": False,
            "network_typologies": ["servicio-programado-red"],
        },
        "services.falla-intempestiva": {
            "network_notice": 0,
            "exception": True,
            "network_typologies": ["falla-red"],
        },
    },
    "S4-07": {"activities.verify": ACTIVITIES["verify"]},
    "S4-08": {"activities.verify.ends": True},
    "S4-09": {f"activities.{key}": row for key, row in ACTIVITIES.items()},
    "S4-10": {
        "priorities.alta": {"label": "Alta", "rank": 0, "clause": "4"},
        "priorities.media": {"label": "Media", "rank": 1, "clause": "4"},
        "priorities.baja": {"label": "Baja", "rank": 2, "clause": "4"},
        "attention": {"order": "urgency", "promises": False},
        "plans.institucion": {"always": True, "response": {}},
    },
    "S4-11": {
        "references.ley-1480.label": "Ley 1480 de 2011, Estatuto del consumidor",
        "references.iso-20000.label": "Norma ISO 20000",
    },
    "S4-12": {
        "classification": {
            "classes": [
                *("Sin reserva", "Reservada", "Clasificada"),
                *("Divulgación parcial", "Excepción parcial"),
            ],
            "default": "Sin reserva",
            "years": 0,
            "justification": "",
            "clause": "7",
        }
    },
    "S4-13": {"print_mark": {"text": "COPIA NO CONTROLADA", "clause": "pie de página"}},
}
