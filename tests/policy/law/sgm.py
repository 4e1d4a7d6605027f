"""S1: SGM, PRO-D01 version 1.0, October 2013."""

from tests.policy.law import Law, h, m, told

LAW: Law = {
    "S1-01": {
        "source": {"code": "PRO-D01", "version": "1.0", "in_force": "2013-10-01"},
        "rules.single-contact": told("alcance", "enforced"),
    },
    "S1-02": {"rules.desk-functions": told("antecedentes, B", "recorded")},
    "S1-03": {"rules.roles": told("antecedentes, C", "enforced")},
    "S1-04": {"rules.user-duties": told("antecedentes, C")},
    "S1-05": {
        "contacts.first": {"level": 1, "label": {"es": "Primer nivel"}, "clause": "Tabla 1"},
        "contacts.second": {"level": 2, "label": {"es": "Segundo nivel"}, "clause": "Tabla 1"},
        "contacts.third": {"level": 3, "label": {"es": "Tercer nivel"}, "chat": ""},
    },
    "S1-06": {"rules.filed-at-once": told("A, paso 2", "enforced")},
    "S1-07": {"rules.filed-at-once": told("A, paso 2", "enforced")},
    "S1-08": {"rules.classified": told("A, paso 3", "enforced")},
    "S1-09": {"rules.classified": told("A, paso 3", "enforced")},
    "S1-10": {
        "change": {
            "decides": {"es": "Comité de control de cambios"},
            "outside_catalogue": True,
            "clause": "A, paso 3b",
        },
        "change.criteria.complejidad.label.es": "Complejidad",
        "change.criteria.cotizacion.label.es": "Cotización",
    },
    "S1-11": {
        "papers.proposal": {"kind": "notice", "trigger": "request", "blocks": False},
        "change.outcomes.approved.label.es": "Aplica",
        "change.outcomes.rejected.label.es": "No aplica",
    },
    "S1-26": {"datings.extension.clause": "Tabla 2, nota *"},
    "S1-27": {"papers.request-quote": {"blocks": True, "needs": ["quote"], "trigger": "request"}},
    "S1-28": {"papers.request-quote": {"kind": "quote", "charge": "quoted"}},
    "S1-29": {"rules.two-channels.clause": "cierre, paso 1"},
    "S1-30": {"rules.user-duties": told("antecedentes, C")},
    "S1-31": {"closing": {"remind_after": h(24), "clause": "cierre, paso 3"}},
    "S1-32": {"closing": {"close_after": h(72), "close_undelivered": False}},
    "S1-33": {"closing.by_agreement": True, "rules.new-round": told("cierre, paso 4", "enforced")},
    "S1-34": {"ladder.1": {"name": {"es": "Analista Mesa de Servicio"}, "direct": False}},
    "S1-35": {
        "ladder.1.name.es": "Analista Mesa de Servicio",
        "ladder.2.name.es": "Agente Mesa de Servicio Nivel 2",
        "ladder.3.name.es": "Ingeniero Desarrollo",
        "ladder.4.name.es": "Gerente Tecnología",
        "ladder.5.name.es": "Proveedor de Servicios",
    },
    "S1-36": {
        "desk.reach_from_all": 5,
        "ladder.1.direct": False,
        "ladder.2.direct": False,
        "ladder.3.direct": False,
        "ladder.4.direct": False,
        "ladder.5.direct": True,
    },
    "S1-50": {"typologies.acceso-no-carga-pagina.clause": "Tabla 4"},
    "S1-51": {"checks.vpn": {"only_if": "extramural", "by": "client"}},
    "S1-52": {
        "matrix.decides": "answers",
        "matrix.high": {
            "high": {"label": "Crítica", "severity": 1, "priority": "critica"},
            "medium": {"label": "Alta", "severity": 2, "priority": "alta"},
            "low": {"label": "Alta", "severity": 2, "priority": "alta"},
        },
        "matrix.medium": {
            "high": {"label": "Alta", "severity": 2, "priority": "alta"},
            "medium": {"label": "Media", "severity": 3, "priority": "media"},
            "low": {"label": "Baja", "severity": 4, "priority": "baja"},
        },
        "matrix.low": {
            "high": {"label": "Media", "severity": 3, "priority": "media"},
            "medium": {"label": "Media", "severity": 3, "priority": "media"},
            "low": {"label": "Baja", "severity": 4, "priority": "baja"},
        },
        "impacts.high.label.es": "A todas las personas",
        "impacts.medium.label.es": "A varias personas",
        "impacts.low.label.es": "Solo a una persona",
        "urgencies.high.label.es": "La operación está detenida",
        "urgencies.medium.label.es": "Se trabaja con dificultad",
        "urgencies.low.label.es": "Se puede esperar",
    },
    "S1-53": {"effort": {"first": True, "clause": "Tabla 5"}},
    "S1-54": {
        "priorities.critica": {"label": "Crítica", "rank": 0},
        "plans.sgm.response.critica": m(30),
        "plans.sgm.always": True,
    },
    "S1-55": {
        "priorities.alta": {"label": "Alta", "rank": 1},
        "plans.sgm.response.alta": h(2),
    },
    "S1-56": {
        "priorities.media": {"label": "Media", "rank": 2},
        "plans.sgm.response.media": h(24),
    },
    "S1-57": {
        "priorities.baja": {"label": "Baja", "rank": 3},
        "plans.sgm.response.baja": h(72),
    },
    "S1-58": {
        "priorities.planeado": {"label": "Planeado", "rank": 4},
        "plans.sgm.response": {"critica": m(30), "alta": h(2), "media": h(24), "baja": h(72)},
        "datings.agreed.clause": "Tabla 5",
    },
}

# Tabla 2: request, complexity, committee, quote, time, whether the time is estimated ("*").
LOW, MEDIUM, MEDIUM_HIGH = "low", "medium", "medium_high"
TABLA_2 = {
    "S1-12": ("Actualización o eliminación de usuarios", LOW, False, "no", h(24), True),
    "S1-13": ("Corrección de número de identidad", LOW, False, "no", m(10), False),
    "S1-14": ("Generación de bases de datos estándar", LOW, False, "no", h(24), True),
    "S1-15": ("Habilitar informes cerrados", LOW, False, "no", m(10), False),
    "S1-16": ("Liberar Paciente", LOW, False, "no", m(10), False),
    "S1-17": (
        *("Adicionar Ítems de parámetros de asignación de Cita", MEDIUM),
        *(True, "no", h(12), True),
    ),
    "S1-18": ("Ajuste informe Rips", MEDIUM, False, "no", h(24), True),
    "S1-19": ("Anular factura", MEDIUM, False, "no", m(10), False),
    "S1-20": ("Creación de Usuarios", LOW, True, "depends", h(24), True),
    "S1-21": ("Ajustes nuevos en Plantilla", MEDIUM_HIGH, True, "depends", h(24), True),
    "S1-22": ("Ajustes nuevos en Reporte", MEDIUM_HIGH, True, "depends", h(24), True),
    "S1-23": ("Crear nueva Plantilla", MEDIUM_HIGH, True, "yes", h(72), True),
    "S1-24": ("Crear nuevo Reporte", MEDIUM_HIGH, True, "yes", h(72), True),
    "S1-25": (
        *("Generación de bases de datos personalizada", MEDIUM_HIGH),
        *(True, "depends", h(72), True),
    ),
}
NOTES = {
    "S1-14": "MEDICO, OPTOMETRIA, VISIOMETRIA, AUDIOMETRIA, RIESGOS LABORALES, VACUNAS, "
    "ANTECEDENTES LABORALES",
    "S1-17": "comité: SI*",
}

# Tabla 4: incident, then its checks in order; C is the client's own support, A the client's
# administrator, M the desk.
ACCESO = "Acceso"
DEVICES = "Uso Cámara, tabla digitalizadora y/o biométrico (huellero)"
USE = "Funcionalidad"
CAPTURE = "C Verificar procedimiento de captura por parte del usuario"
PLUGGED = "C Verificar conectividad de dispositivo"
FITS = "C Verificar compatibilidad del dispositivo con el sistema Operativo y navegador web"
SETTINGS = "M Verificar parámetros de configuración de la plataforma"
ONLINE = "C Verificar conectividad ( Véase Acceso)"
BROWSER = "C Verificar configuración de Navegador Web"
TABLA_4 = {
    "S1-37": (
        *(ACCESO, "No carga la página"),
        "C Verificar conexiones físicas del equipo.",
        "C Verificar configuración de direccionamiento IP del equipo",
        "C Verificar URL de acceso configurada.",
        "M Verificar disponibilidad de servidor.",
        "C Verificar conexión VPN del usuario.",
    ),
    "S1-38": (
        *(ACCESO, "No ingresa usuario Funcionario"),
        "M Verificar usuario y contraseña",
        "M Verificar estado del usuario",
    ),
    "S1-39": (
        *(ACCESO, "No muestra las Opciones de Menú correctas (usuario Funcionario)"),
        "M Verificar perfil de usuario",
    ),
    "S1-40": (
        *(ACCESO, "No ingresa usuario Portal Cliente"),
        "A Verificar usuario y contraseña",
        "A Verificar estado del usuario",
    ),
    "S1-41": (
        *(ACCESO, "No muestra las Opciones de Menú correctas (usuario Portal Cliente)"),
        "M Verificar perfil de usuario",
    ),
    "S1-42": (
        *(DEVICES, "No captura Foto", CAPTURE, PLUGGED, FITS),
        "C Verificar que se encuentre instalado el FotoWeb",
        "C Verificar que se esté ejecutando XAMPP",
        "M Verificar disponibilidad de flash player.",
        SETTINGS,
    ),
    "S1-43": (
        *(DEVICES, "No registra Firma", CAPTURE, PLUGGED, FITS),
        "C Verificar configuración del MacroKey Manager",
        SETTINGS,
    ),
    "S1-44": (
        *(DEVICES, "No registra Huella", CAPTURE, PLUGGED, FITS),
        "M Verificar configuración del huella.bat",
        SETTINGS,
    ),
    "S1-45": (USE, "No muestra información en la opción ingresada", ONLINE, SETTINGS),
    "S1-46": (
        *(USE, "No guarda información", ONLINE, "C Verificar procedimiento del usuario"),
        SETTINGS,
    ),
    "S1-47": (
        *(USE, "No imprime documento", ONLINE),
        "C Verificar que se encuentre instalado Adobe Acrobat",
        *(BROWSER, SETTINGS),
    ),
    "S1-48": (USE, "No descarga documento", ONLINE, BROWSER, SETTINGS),
    "S1-49": (
        *(USE, "Se duplica la información ingresada"),
        *("C Verificar procedimiento por parte del usuario", SETTINGS),
    ),
}
