"""S0: IMEXHS, PT-AS-1 version 4, 22 February 2024."""

from tests.policy.law import Law, both, h, told

QUOTED = {"blocks": True, "needs": ["quote"], "one_of": ["commitment", "advance"]}

LAW: Law = {
    "S0-01": {
        "source": {"code": "PT-AS-1", "version": "4", "in_force": "2024-02-22"},
        "rules.policy-changes": told("introducción"),
        "entitlement.kind.kinds": [
            *("cliente", "socio", "socio comercial", "distribuidor"),
            *("client", "partner", "distributor"),
        ],
    },
    "S0-02": {"rules.registered-incidents": told("sección 2", "enforced")},
    "S0-03": {"rules.excluded-use": told("sección 2", "enforced")},
    "S0-04": {"typologies.portal-remitente-rol": {"misuse": True, "article": "rol-del-remitente"}},
    "S0-05": {
        "out_of_scope.onsite": {"code": "2.1.1", "instead": ["quote", "new", "person"]},
        "papers.visit": {
            "kind": "quote",
            "trigger": "visit",
            "exclusions": ["onsite"],
            "blocks": True,
            "needs": ["quote", "advance"],
            "charge": "quoted",
            "clause": "2.1.1",
        },
    },
    "S0-06": {"entitlement.invoice": {"days": 15, "clause": "2.1.2"}},
    "S0-07": {
        "reactivation": {
            "within": h(24),
            "open": ["mon-fri 08:00-17:00"],
            "holidays": "CO",
            "clause": "2.1.2",
        }
    },
    "S0-08": {"entitlement.signed.clause": "sección 4", "entitlement.product.clause": "2.1.3"},
    "S0-09": {"rules.form-of-findings": told("2.1.4", "recorded")},
    "S0-10": {
        "papers.database-change": {
            "kind": "letter",
            "trigger": "finding",
            "blocks": True,
            "needs": ["letter"],
            "signed_by": "client",
            "tells": ["client", "commercial"],
            "clause": "2.1.5",
        }
    },
    "S0-11": {
        "papers.infrastructure-change": {
            "kind": "charge",
            "trigger": "finding",
            "blocks": False,
            "charge": "hours",
            "clause": "2.1.6",
        }
    },
    "S0-12": {"papers.reinstall": {**QUOTED, "kind": "charge", "clause": "2.1.7"}},
    "S0-13": {"papers.chargeable-work": {**QUOTED, "kind": "quote", "clause": "2.1.8"}},
    "S0-14": {
        "papers.vendor-contact": {"kind": "notice", "exclusions": ["hardware"], "clause": "2.2.3"}
    },
    "S0-15": {"papers.equipment-moved": {"kind": "charge", "blocks": False, "clause": "2.2.4"}},
    "S0-16": {
        "papers.out-of-contract": {
            "blocks": True,
            "needs": ["quote", "purchase_order"],
            "signed_by": "client",
            "clause": "2.2.5",
        }
    },
    "S0-17": {"papers.foreign-infrastructure": {"kind": "notice", "clause": "2.2.6"}},
    "S0-18": {"papers.storage-missing": {**QUOTED, "kind": "charge", "clause": "2.2.7"}},
    "S0-19": {"papers.storage-declined": {"kind": "notice", "blocks": False, "clause": "2.2.8"}},
    "S0-20": {
        "papers.data-deletion": {
            "kind": "letter",
            "blocks": True,
            "needs": ["letter"],
            "signed_by": "client",
            "charge": "hours",
            "clause": "2.2.9",
        }
    },
    "S0-21": {
        "papers.new-element": {
            "blocks": True,
            "needs": ["evaluation"],
            "typologies": ["mwl-agregar-equipo"],
            "trigger": "request",
            "clause": "2.2.10",
        }
    },
    "S0-22": {"papers.own-storage": {**QUOTED, "charge": "quoted", "clause": "2.2.11"}},
    "S0-23": {"out_of_scope.data_recovery": {"code": "2.2.12", "instead": ["person"]}},
    "S0-24": {"out_of_scope.backup": {"code": "2.2.13", "instead": ["commercial", "person"]}},
    "S0-25": {"rules.own-infrastructure": told("2.2.14")},
    "S0-26": {"out_of_scope.network": {"code": "2.3", "instead": ["quote", "new", "person"]}},
    "S0-27": {"papers.network-yours": {"kind": "notice", "exclusions": ["network"]}},
    "S0-28": {
        "papers.network-diagnosis": {
            "limit": h(5),
            "blocks": True,
            "needs": ["quote"],
            "signed_by": "client",
            "exclusions": ["network"],
            "clause": "2.3.5",
        }
    },
    "S0-29": {
        "papers.network-cause": {
            "kind": "notice",
            "blocks": True,
            "needs": ["notice"],
            "charge": "hours",
        }
    },
    "S0-30": {"out_of_scope.security": {"code": "2.4", "instead": ["quote", "person"]}},
    "S0-31": {
        "out_of_scope.vulnerability": {"code": "2.4.2", "instead": ["account_manager", "person"]}
    },
    "S0-32": {
        "papers.security-help": {
            "blocks": True,
            "needs": ["notice", "scope", "quote"],
            "exclusions": ["security"],
            "clause": "2.4.6",
        }
    },
    "S0-33": {"desk": {"zone": "America/Bogota", "country": "CO"}},
    "S0-34": {"plans.bronce": {"always": False, "holidays": None, "closed": []}},
    "S0-35": {
        "plans.bronce.hours.CO.attention": ["mon-fri 08:00-18:00"],
        "plans.bronce.hours.MX.attention": ["mon-fri 07:00-17:00"],
        "plans.bronce.hours.AR.attention": ["mon-fri 09:00-20:00"],
        "plans.bronce.hours.EC.attention": ["mon-fri 08:00-18:00"],
        "plans.bronce.hours.PE.attention": ["mon-fri 08:00-18:00"],
        "plans.bronce.hours.HN.attention": ["mon-fri 07:00-17:00"],
        "plans.bronce.hours.CR.attention": ["mon-fri 07:00-17:00"],
    },
    "S0-36": {"plans.bronce.response": {"alta": h(9), "media": h(12), "baja": h(18)}},
    "S0-37": {
        "plans.bronce.hours": {
            "CO": both("08:00-18:00"),
            "MX": both("07:00-17:00", "07:00-16:00"),
            "AR": both("09:00-20:00", "10:00-19:00"),
            "EC": both("08:00-18:00", "08:00-17:00"),
            "PE": both("08:00-18:00", "08:00-17:00"),
            "HN": both("07:00-17:00", "07:00-16:00"),
            "CR": both("07:00-17:00", "07:00-16:00"),
        }
    },
    "S0-38": {
        "plans.bronce.channels": {
            "intake": ["chat", "portal"],
            "follow_up": ["portal", "phone_out", "mail"],
        }
    },
    "S0-39": {
        "plans.silver": {"always": True, "response": {"alta": h(5), "media": h(9), "baja": h(12)}}
    },
    "S0-40": {"plans.silver.channels.follow_up": ["portal", "phone_out", "mail", "chat"]},
    "S0-41": {
        "plans.gold": {
            "always": True,
            "response": {"alta": h(2), "media": h(6), "baja": h(9)},
            "channels": {"follow_up": ["portal", "phone_out", "mail", "chat"]},
        }
    },
    "S0-42": {
        "hybrid": {
            "label": "Ingeniero de IMEXHS para soporte a Infraestructura y Software de IMEXHS "
            "en modalidad híbrida",
            "country": "CO",
            "holidays": "CO",
            "open": ["mon-fri 08:00-17:00"],
            "response": {"alta": h(1), "media": h(2), "baja": h(4)},
            "channels": {"follow_up": ["portal", "phone_out", "mail", "chat"]},
        }
    },
    "S0-43": {"rules.hybrid-terms": told("sección 3, modalidad adicional")},
    "S0-44": {"channels.phone_out": {"direction": "out", "rotates": True}},
    "S0-45": {"channels.mail.domain": "imexhs.com", "desk.mail_domain": "imexhs.com"},
    "S0-46": {
        "channels.chat": {
            "rotates": True,
            "third_party": True,
            "announced_by": {"es": "los canales oficiales de Marketing"},
        }
    },
    "S0-47": {
        "channels.portal.address": "https://imexhs.com/",
        "desk.portal": "https://imexhs.com/",
    },
    "S0-48": {
        "entitlement.closing_act.clause": "sección 4",
        "entitlement.first_invoice.clause": "sección 4",
    },
    "S0-49": {"entitlement.contract.clause": "sección 4", "entitlement.kind.clause": "sección 4"},
    "S0-50": {
        "endings.unavailable": {"around_the_clock": True, "after": h(24), "clause": "sección 4"}
    },
    "S0-51": {"rules.available-staff": told("sección 4")},
    "S0-53": {"rules.to-the-guides": told("5.1", "enforced")},
    "S0-52": {
        "papers.scope-charge": {
            "kind": "charge",
            "blocks": False,
            "needs": [],
            "charge": "hours",
            "clause": "sección 4",
        }
    },
    "S0-54": {
        "remote": {
            "tools": ["AnyDesk", "TeamViewer", "SSH", "VNC"],
            "agreed_before": True,
            "machine": "Windows",
            "clause": "5.2",
        }
    },
    "S0-55": {"papers.visit": {"needs": ["quote", "advance"], "charge": "quoted"}},
    "S0-56": {"entitlement.contract.instead": ["commercial", "person"]},
    "S0-57": {
        "datings.visit.clause": "5.4",
        "endings.missed_visit": {"around_the_clock": False, "after": h(0.25), "clause": "5.4"},
    },
    "S0-58": {
        "misuse": {
            "remembers": True,
            "open": ["mon-fri 08:00-17:00"],
            "holidays": "CO",
            "clause": "5.5",
        }
    },
    "S0-59": {"rules.training": told("5.6")},
    "S0-60": {"rules.follow-the-engineer": told("5.7")},
    "S0-61": {"papers.go-live": {"trigger": "production", "blocks": True, "needs": ["go_ahead"]}},
    "S0-62": {
        "closing": {
            "remind_after": h(24),
            "close_after": h(72),
            "clause": "5.9",
            "priorities": {
                "alta": {"remind_after": h(24), "close_after": h(72)},
                "media": {"remind_after": h(24), "close_after": h(72)},
                "baja": {"remind_after": h(24), "close_after": h(72)},
            },
        }
    },
    "S0-63": {
        "out_of_scope.third_party": {"code": "6.1", "instead": ["new", "person"]},
        "out_of_scope.network.code": "2.3",
        "out_of_scope.telephony": {"code": "6.1-TEL", "clause": "6.1"},
        "out_of_scope.advice": {"code": "6.1-ASE", "clause": "6.1"},
    },
    "S0-64": {"rules.excluded-use": told("sección 2", "enforced")},
    "S0-65": {
        "papers.diagnosis-charge": {
            "kind": "agreement",
            "needs": ["agreement"],
            "signed_by": "both",
            "blocks": False,
            "charge": "hours",
            "clause": "6.3",
        }
    },
    "S0-66": {"rules.no-single-reports": told("6.4")},
    "S0-67": {"rules.clock-starts-complete": told("7.1", "enforced")},
    "S0-68": {"rules.answers-not-solutions": told("7.2")},
    "S0-69": {
        "client_causes.power.name.es": "la energía de su institución",
        "client_causes.network.name.es": "la red o el internet de su institución",
        "client_causes.infrastructure.name.es": "la infraestructura de su institución",
    },
    "S0-70": {
        "matrix.high": {
            "high": {"label": "Crítico", "severity": 1, "priority": "alta"},
            "medium": {"label": "Urgente", "severity": 2, "priority": "media"},
            "low": {"label": "Importante", "severity": 2, "priority": "media"},
        },
        "matrix.medium": {
            "high": {"label": "Urgente", "severity": 2, "priority": "media"},
            "medium": {"label": "Importante", "severity": 2, "priority": "media"},
            "low": {"label": "Menor", "severity": 3, "priority": "baja"},
        },
        "matrix.low": {
            "high": {"label": "Importante", "severity": 2, "priority": "media"},
            "medium": {"label": "Menor", "severity": 3, "priority": "baja"},
            "low": {"label": "Menor", "severity": 3, "priority": "baja"},
        },
    },
    "S0-71": {
        "impacts.high.label.es": "A todas las personas",
        "impacts.medium.label.es": "A varias personas",
        "impacts.low.label.es": "Solo a una persona",
    },
    "S0-72": {
        "urgencies.high.label.es": "La operación está detenida",
        "urgencies.medium.label.es": "Se trabaja con dificultad",
        "urgencies.low.label.es": "Se puede esperar",
    },
    "S0-73": {"priorities.alta": {"label": "ALTA", "rank": 0, "clause": "7, severidad 1"}},
    "S0-74": {"priorities.media": {"label": "MEDIA", "rank": 1, "clause": "7, severidad 2"}},
    "S0-75": {"priorities.baja": {"label": "BAJA", "rank": 2, "clause": "7, severidad 3"}},
    "S0-76": {"desk.zone": "America/Bogota", "plans.bronce.clause": "sección 3, BRONCE"},
    "S0-77": {"rules.only-the-catalogue": told("sección 8", "enforced")},
    "S0-98": {
        "source": {
            "code": "PT-AS-1",
            "version": "4",
            "kind": "Política",
            "level": "Público",
            "scope": "A varios procesos",
            "in_force": "2024-02-22",
            "history": [
                {"version": "2", "on": "2023-03-14"},
                {"version": "3", "on": "2023-04-25"},
                {"version": "4", "on": "2024-02-14"},
            ],
            "sign_offs": [
                {
                    "act": "written",
                    "roles": ["Sales Manager", "Líder de Soporte Técnico"],
                    "on": "2024-02-20",
                },
                {"act": "reviewed", "roles": ["Ingeniero de calidad"], "on": "2024-02-21"},
                {"act": "approved", "roles": ["Gerente operaciones"], "on": "2024-02-22"},
            ],
        }
    },
}

# The catalogue, printed as PRIORITY, CATEGORY, typology. A "!" marks misuse, which goes to a guide.
CATALOGUE = {
    "S0-78": ["BAJA|DESARROLLO|Viabilidad solicitada por cliente"],
    "S0-79": [
        "BAJA|FACTURACIÓN|Error datos!",
        "BAJA|FACTURACIÓN|Valores erróneos en Orden por mal procedimiento!",
        "BAJA|FACTURACIÓN|Se venció el contrato!",
        "BAJA|FACTURACIÓN|Factura duplicada por error del RIS",
    ],
    "S0-80": ["BAJA|HIRUKO BURNER|Revisión funcionamiento software o reinstalación"],
    "S0-81": ["BAJA|HIRUKO VIEWER|Licencia Hiruko Viewer"],
    "S0-82": [
        "BAJA|INTEGRACIÓN|No pasan datos por el canal de integración",
        "BAJA|LISTA DE TRABAJO|Agrega equipo al MWL",
    ],
    "S0-83": [
        "BAJA|METABASE|Mala configuración pregunta!",
        "BAJA|METABASE|Olvido de clave Metabase o creación de usuario",
    ],
    "S0-84": [
        "BAJA|PACS|Restablecer credenciales de Acceso",
        "BAJA|PACS|El número de acceso no era el correcto!",
        "BAJA|PACS|No se encuentran los archivos en la ruta especificada",
        "BAJA|PACS|Mal ingreso datos del paciente desde el equipo!",
        "BAJA|PACS|Cambio datos estudio!",
        "BAJA|PACS|Eliminación a solicitud del cliente!",
        "BAJA|PACS|Envío de imágenes a otra paciente!",
        "BAJA|PACS|Reenvío de reportes",
        "BAJA|PACS|Enlazar Imagen!",
    ],
    "S0-85": [
        "BAJA|PORTAL|El paciente no tenía los estudios en el portal porque no se actualizo el "
        "estado!",
        "BAJA|PORTAL|Mal ingreso del documento del paciente!",
        "BAJA|PORTAL|Pacientes duplicados!",
        "BAJA|PORTAL|Cambiar logo",
        "BAJA|PORTAL|El convenio no tenía los estudios asociados porque tenía otro rol!",
        "BAJA|PORTAL|Cambio remitente mal asociado por cliente!",
        "BAJA|PORTAL|Remitente no estaba con el rol adecuado!",
    ],
    "S0-86": [
        "BAJA|RIS|Activación devolución estudios desde el RIS",
        "BAJA|RIS|Devolución de estado a solicitud del cliente!",
        "BAJA|RIS|Eliminación imágenes solicitud del cliente!",
        "BAJA|RIS|Modificación nombre estudio!",
        "BAJA|RIS|Se venció el contrato!",
        "BAJA|RIS|Firmas cargadas con formato incorrecto!",
        "BAJA|RIS|Mal ingreso de los datos del paciente en el RIS!",
        "BAJA|RIS|Cambios de parámetros del RIS",
        "BAJA|RIS|Parametrización reporte",
        "BAJA|RIS|Uso inadecuado de la herramienta!",
        "BAJA|RIS|Valores erróneos en Orden por mal Procedimiento!",
    ],
    "S0-87": ["BAJA|RV|Cambio de usuario de licencia"],
    "S0-88": [
        "MEDIA|HIRUKO VIEWER|Falla en base de datos de visor no abre imágenes no hace MPR",
        "MEDIA|HIRUKO VIEWER|Reinstalación",
        "MEDIA|HIRUKO VIEWER|Falla de visualización de imágenes",
    ],
    "S0-89": [
        "MEDIA|INTEGRACIÓN|Mal formato en el mensaje",
        "MEDIA|INTEGRACIÓN|Falla configuración integración",
        "MEDIA|INTEGRACIÓN|No paso el mensaje por la integración",
        "MEDIA|INTEGRACIÓN|Falla del servidor de la integración",
    ],
    "S0-90": ["MEDIA|LISTA DE TRABAJO|Perdida conexión general de equipos con el MWL"],
    "S0-91": [
        "MEDIA|PACS|Velocidad insuficiente de subida recuperación de Imágenes",
        "MEDIA|PACS|No se visualizan imágenes en Aquila , por fallas en el PACS",
        "MEDIA|PACS|Imágenes no llegaron al PACS (Coerción)",
        "BAJA|PACS|No cargan imágenes correctas",
        "MEDIA|PACS|Lentitud en paso de imágenes",
    ],
    "S0-92": [
        "MEDIA|PORTAL|No se visualizan imágenes",
        "MEDIA|PORTAL|Configuración Portal",
        "MEDIA|PORTAL|No abre visor",
        "MEDIA|PORTAL|Redirecciona a Aquila",
        "MEDIA|PORTAL|Pacientes represados en paso a portal",
    ],
    "S0-93": [
        "MEDIA|RIS|No se visualizan imágenes",
        "MEDIA|RIS|Lentitud Aplicativo",
        "MEDIA|RIS|Configuración VPN",
        "MEDIA|RIS|Falla Módulos puntuales",
    ],
    "S0-94": [
        "MEDIA|RV|Falla software reconocimiento de voz (general)",
        "MEDIA|RV|Mala configuración o falla servidor",
    ],
    "S0-95": [
        "ALTA|LISTA DE TRABAJO|El canal de borrado no estaba configurado",
        "ALTA|LISTA DE TRABAJO|Caída servicio MWL por el canal de Mirth, caída total MWL",
    ],
    "S0-96": [
        "ALTA|PACS|Sin espacio en raíz servidor",
        "ALTA|PACS|Sin espacio en almacenamiento de imágenes",
        "ALTA|PACS|No hay paso de imágenes",
        "ALTA|PACS|Caída servicio PACS debido a fallas del software, encolamiento estudios",
        "ALTA|PACS|Caída completa de sistema",
        "ALTA|PACS|Luego de fallo eléctrico no funciona",
    ],
    "S0-97": [
        "ALTA|RIS|Sin espacio en raíz servidor",
        "ALTA|RIS|No da acceso al RIS",
        "ALTA|RIS|Luego de fallo eléctrico no funciona",
        "ALTA|RIS|Caída completa de sistema",
    ],
}
